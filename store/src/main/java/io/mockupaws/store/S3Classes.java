package io.mockupaws.store;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.format.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyPartResult;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Classes of storage of a bucket. An object moves by being copied onto itself inside S3, which is
 * atomic and keeps its bytes; more than 5 GB are copied by parts.
 */
final class S3Classes implements StorageClasses {
  /** S3 copies no more at once (CopyObject). */
  private static final long MOST_AT_ONCE = 5_000_000_000L;

  private static final long COPIED_PART = 1L << 30;
  private static final int NOT_FOUND = 404;
  private static final int PRECONDITION_FAILED = 412;
  private static final Pattern EXPIRY = Pattern.compile("expiry-date=\"([^\"]+)\"");

  private final StoreAddress.Bucket address;
  private final S3Connection connection;
  private final S3Faults faults;

  S3Classes(StoreAddress.Bucket address, S3Connection connection, S3Faults faults) {
    this.address = address;
    this.connection = connection;
    this.faults = faults;
  }

  private String name(ObjectKey key) {
    return address.prefix() + key.value();
  }

  /** Only where packs and dumps are written for it: who says STANDARD wants them there. */
  @Override
  public boolean moves() {
    return connection.storageClass().filter(StorageClass.STANDARD_IA::equals).isPresent();
  }

  @Override
  public Optional<StoredAs> storedAs(ObjectKey key) {
    try {
      HeadObjectResponse answer = head(key);
      String restore = Optional.ofNullable(answer.restore()).orElse("");
      return Optional.of(
          new StoredAs(
              classOf(answer.storageClassAsString()),
              answer.contentLength(),
              Optional.ofNullable(answer.eTag()).orElse(""),
              restore.contains("ongoing-request=\"true\""),
              expiry(restore)));
    } catch (S3Exception e) {
      if (e.statusCode() == NOT_FOUND) {
        return Optional.empty();
      }
      throw faults.of("look for " + key, "s3:GetObject", e);
    } catch (RuntimeException e) {
      throw faults.of("look for " + key, "s3:GetObject", e);
    }
  }

  private HeadObjectResponse head(ObjectKey key) {
    return connection
        .client()
        .headObject(
            request ->
                request
                    .overrideConfiguration(connection.limit(0))
                    .bucket(address.bucket())
                    .key(name(key)));
  }

  /** S3 names no class for STANDARD. */
  static Optional<StorageClass> classOf(@Nullable String name) {
    return name == null || name.isEmpty()
        ? Optional.of(StorageClass.STANDARD)
        : StorageClass.of(name);
  }

  private static Optional<Instant> expiry(String restore) {
    Matcher matcher = EXPIRY.matcher(restore);
    if (restore.contains("ongoing-request=\"true\"") || !matcher.find()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          ZonedDateTime.parse(matcher.group(1), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeParseException e) {
      return Optional.of(Instant.MAX);
    }
  }

  @Override
  public boolean move(ObjectKey key, StoredAs from, StorageClass to) {
    try {
      if (from.size() > MOST_AT_ONCE) {
        copyByParts(key, from, to);
      } else {
        copy(key, from, to);
      }
    } catch (S3Exception e) {
      if (e.statusCode() == PRECONDITION_FAILED
          || e.statusCode() == NOT_FOUND
          || S3Faults.code(e).equals("InvalidObjectState")) {
        // Also what a copy leaves whose answer was lost.
        return liesIn(key, to);
      }
      throw S3Faults.code(e).equals("InvalidStorageClass")
          ? unknownClass(to, "it refuses it")
          : faults.of("move " + key + " to " + to, "s3:PutObject", e);
    } catch (RuntimeException e) {
      throw faults.of("move " + key + " to " + to, "s3:PutObject", e);
    }
    if (!liesIn(key, to)) {
      throw unknownClass(to, "it took the request and left the object where it was");
    }
    return true;
  }

  private boolean liesIn(ObjectKey key, StorageClass where) {
    return storedAs(key).flatMap(StoredAs::storageClass).filter(where::equals).isPresent();
  }

  private void copy(ObjectKey key, StoredAs from, StorageClass to) {
    connection
        .client()
        .copyObject(
            request ->
                request
                    // S3 answers when the copy is made.
                    .overrideConfiguration(S3Connection.limitOfCompletion())
                    .sourceBucket(address.bucket())
                    .sourceKey(name(key))
                    .destinationBucket(address.bucket())
                    .destinationKey(name(key))
                    .copySourceIfMatch(from.version())
                    .metadataDirective(MetadataDirective.COPY)
                    .storageClass(to.name()));
  }

  private void copyByParts(ObjectKey key, StoredAs from, StorageClass to) {
    String id =
        connection
            .client()
            .createMultipartUpload(
                request ->
                    request
                        .overrideConfiguration(connection.limit(0))
                        .bucket(address.bucket())
                        .key(name(key))
                        .contentType("application/octet-stream")
                        .storageClass(to.name()))
            .uploadId();
    List<CompletedPart> parts = new ArrayList<>();
    try {
      for (long at = 0; at < from.size(); at += COPIED_PART) {
        parts.add(copyPart(key, from, id, at));
      }
      connection
          .client()
          .completeMultipartUpload(
              request ->
                  request
                      .overrideConfiguration(S3Connection.limitOfCompletion())
                      .bucket(address.bucket())
                      .key(name(key))
                      .uploadId(id)
                      .multipartUpload(all -> all.parts(parts)));
    } catch (RuntimeException e) {
      abort(key, id, e);
      throw e;
    }
  }

  private CompletedPart copyPart(ObjectKey key, StoredAs from, String id, long at) {
    int number = (int) (at / COPIED_PART) + 1;
    long last = Math.min(from.size(), at + COPIED_PART) - 1;
    CopyPartResult result =
        connection
            .client()
            .uploadPartCopy(
                request ->
                    request
                        .overrideConfiguration(S3Connection.limitOfCompletion())
                        .sourceBucket(address.bucket())
                        .sourceKey(name(key))
                        .destinationBucket(address.bucket())
                        .destinationKey(name(key))
                        .copySourceIfMatch(from.version())
                        .copySourceRange("bytes=" + at + "-" + last)
                        .uploadId(id)
                        .partNumber(number))
            .copyPartResult();
    return CompletedPart.builder()
        .partNumber(number)
        .eTag(result.eTag())
        .checksumCRC32(result.checksumCRC32())
        .checksumCRC32C(result.checksumCRC32C())
        .checksumCRC64NVME(result.checksumCRC64NVME())
        .build();
  }

  private void abort(ObjectKey key, String id, RuntimeException cause) {
    try {
      connection
          .client()
          .abortMultipartUpload(
              request ->
                  request
                      .overrideConfiguration(connection.limit(0))
                      .bucket(address.bucket())
                      .key(name(key))
                      .uploadId(id));
    } catch (RuntimeException e) {
      // What is left of it goes as other unfinished uploads do.
      cause.addSuppressed(e);
    }
  }

  @Override
  public void thaw(ObjectKey key, Thaw speed, Duration lasting) {
    try {
      connection
          .client()
          .restoreObject(
              request ->
                  request
                      .overrideConfiguration(connection.limit(0))
                      .bucket(address.bucket())
                      .key(name(key))
                      .restoreRequest(
                          restore ->
                              restore
                                  .days((int) Math.max(1, lasting.toDays()))
                                  .glacierJobParameters(job -> job.tier(speed.tier()))));
    } catch (S3Exception e) {
      if (!S3Faults.code(e).equals("RestoreAlreadyInProgress")) {
        throw faults.of("thaw " + key, "s3:RestoreObject", e);
      }
    } catch (RuntimeException e) {
      throw faults.of("thaw " + key, "s3:RestoreObject", e);
    }
  }

  private StoreException unknownClass(StorageClass to, String why) {
    return new StoreException(
        ErrorCode.STORE_CLASS,
        connection.server() + " has no class of storage " + to + ": " + why,
        "Write storage-class=STANDARD into the store's address: objects then stay where they are.",
        false,
        null);
  }
}
