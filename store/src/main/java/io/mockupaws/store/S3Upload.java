package io.mockupaws.store;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.format.ObjectKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * A multipart upload, each part one request. What fits into one part and does not fill it is kept
 * back (a copy) and sent by a single PutObject instead of three requests.
 */
final class S3Upload implements Upload {
  /** S3's limit. */
  private static final int MAX_PARTS = 10_000;

  private final S3Store store;
  private final S3Connection connection;
  private final S3Faults faults;
  private final String bucket;
  private final ObjectKey key;
  private final String name;
  private final PartCheck check;
  private final int partSize;
  private final List<CompletedPart> parts = new ArrayList<>();
  private byte[] lonePart = {};
  private Optional<LockRequest> lock = Optional.empty();
  private @Nullable String uploadId;

  S3Upload(
      S3Store store,
      S3Connection connection,
      S3Faults faults,
      StoreAddress.Bucket address,
      ObjectKey key,
      String name) {
    this.store = store;
    this.connection = connection;
    this.faults = faults;
    this.bucket = address.bucket();
    this.key = key;
    this.name = name;
    this.partSize = store.partSize();
    this.check = new PartCheck(partSize);
  }

  @Override
  public void part(ByteBuffer bytes) {
    int length = bytes.remaining();
    check.part(length);
    if (length == 0) {
      return;
    }
    if (parts.isEmpty() && length < partSize) {
      lonePart = new byte[length];
      bytes.duplicate().get(lonePart);
    } else {
      send(bytes);
    }
    check.stored(length);
  }

  /** Sends a part whatever its size. */
  void send(ByteBuffer bytes) {
    if (parts.size() == MAX_PARTS) {
      throw new StoreException(
          ErrorCode.CONFIGURATION,
          "The object " + key + " is larger than 10,000 parts of " + partSize + " bytes",
          "Give a larger part-size in the store's address.",
          false,
          null);
    }
    // The same number again replaces what a failed try may have stored.
    int number = parts.size() + 1;
    try {
      String id = begin();
      UploadPartResponse answer =
          connection
              .client()
              .uploadPart(
                  request -> {
                    request
                        .overrideConfiguration(connection.limit(bytes.remaining()))
                        .bucket(bucket)
                        .key(name)
                        .uploadId(id)
                        .partNumber(number);
                    lock.ifPresent(_ -> request.checksumAlgorithm(LockRequest.CHECKSUM));
                  },
                  BufferBody.of(bytes));
      parts.add(
          CompletedPart.builder()
              .partNumber(number)
              .eTag(answer.eTag())
              .checksumCRC32(answer.checksumCRC32())
              .checksumCRC32C(answer.checksumCRC32C())
              .checksumCRC64NVME(answer.checksumCRC64NVME())
              .checksumSHA1(answer.checksumSHA1())
              .checksumSHA256(answer.checksumSHA256())
              .build());
    } catch (NoSuchUploadException e) {
      throw vanished(e);
    } catch (S3Exception e) {
      store.demandLock(key, lock, e);
      throw faults.of("write " + key, S3Store.rights(lock), e);
    } catch (RuntimeException e) {
      throw faults.of("write " + key, S3Store.rights(lock), e);
    }
  }

  private String begin() {
    String id = uploadId;
    if (id == null) {
      lock = store.lock(key);
      id =
          connection
              .client()
              .createMultipartUpload(
                  request -> {
                    request
                        .overrideConfiguration(connection.limit(0))
                        .bucket(bucket)
                        .key(name)
                        .contentType("application/octet-stream");
                    connection.storageClassOf(key).ifPresent(request::storageClass);
                    lock.ifPresent(it -> it.addTo(request));
                  })
              .uploadId();
      uploadId = id;
    }
    return id;
  }

  @Override
  public CreateOutcome commit() {
    check.commit();
    String id = uploadId;
    CreateOutcome outcome;
    if (id == null) {
      outcome = store.put(key, ByteBuffer.wrap(lonePart));
    } else {
      outcome = complete(id);
      store.settle(key, lock, outcome);
    }
    check.end();
    return outcome;
  }

  private CreateOutcome complete(String id) {
    try {
      connection
          .client()
          .completeMultipartUpload(
              request ->
                  request
                      .overrideConfiguration(S3Connection.limitOfCompletion())
                      .bucket(bucket)
                      .key(name)
                      .uploadId(id)
                      .ifNoneMatch("*")
                      .multipartUpload(all -> all.parts(parts)));
      uploadId = null;
      return CreateOutcome.CREATED;
    } catch (NoSuchUploadException e) {
      // A completion that succeeded, but whose answer was lost, leaves this.
      uploadId = null;
      if (store.stat(key).isPresent()) {
        return CreateOutcome.EXISTS;
      }
      throw vanished(e);
    } catch (S3Exception e) {
      return switch (e.statusCode()) {
        case 412 -> CreateOutcome.EXISTS;
        case 501 -> throw faults.noConditionalWrites(e);
        default -> throw faults.of("make " + key, S3Store.rights(lock), e);
      };
    } catch (RuntimeException e) {
      throw faults.of("make " + key, S3Store.rights(lock), e);
    }
  }

  private StoreException vanished(NoSuchUploadException e) {
    return new StoreException(
        ErrorCode.STORE_CONFLICT,
        "The unfinished upload of " + key + " was removed from the bucket " + bucket,
        "Let the bucket's rule AbortIncompleteMultipartUpload wait a day or more; then run the"
            + " command again.",
        false,
        e);
  }

  @Override
  public void close() {
    check.end();
    String id = uploadId;
    if (id == null) {
      return;
    }
    try {
      connection
          .client()
          .abortMultipartUpload(
              request ->
                  request
                      .overrideConfiguration(connection.limit(0))
                      .bucket(bucket)
                      .key(name)
                      .uploadId(id));
    } catch (NoSuchUploadException e) {
      // Gone already.
    } catch (RuntimeException e) {
      throw faults.of("abort the upload of " + key, "s3:AbortMultipartUpload", e);
    }
    uploadId = null;
  }
}
