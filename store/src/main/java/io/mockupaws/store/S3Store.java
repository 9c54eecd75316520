package io.mockupaws.store;

import io.mockupaws.core.format.ObjectKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Objects in a bucket, or in the part of it below a prefix. Each call is one try. */
final class S3Store implements Store {
  private static final int DEFAULT_PART = 8 << 20;
  private static final int NOT_FOUND = 404;
  private static final int PRECONDITION_FAILED = 412;
  private static final int RANGE_NOT_SATISFIABLE = 416;

  private final StoreAddress.Bucket address;
  private final S3Connection connection;
  private final S3Faults faults;
  private final S3Classes classes;
  private final AtomicBoolean bucketSeen = new AtomicBoolean();
  private final Optional<S3Locks> locks;

  S3Store(StoreAddress.Bucket address, S3Connection connection) {
    this(address, connection, InstantSource.system());
  }

  S3Store(StoreAddress.Bucket address, S3Connection connection, InstantSource clock) {
    this.address = address;
    this.connection = connection;
    this.faults = new S3Faults(address.bucket(), connection.server());
    this.locks = address.lock().map(lock -> new S3Locks(this, address, connection, clock, lock));
    this.classes = new S3Classes(address, connection, faults);
  }

  @Override
  public String address() {
    return address.text();
  }

  String name(ObjectKey key) {
    return address.prefix() + key.value();
  }

  @Override
  public CreateOutcome create(ObjectKey key, byte[] content) {
    return put(key, ByteBuffer.wrap(content));
  }

  CreateOutcome put(ObjectKey key, ByteBuffer content) {
    return put(key, content, lock(key));
  }

  /** The lock that an object is to get when it is made now. */
  Optional<LockRequest> lock(ObjectKey key) {
    return locks.flatMap(all -> all.request(key));
  }

  CreateOutcome put(ObjectKey key, ByteBuffer content, Optional<LockRequest> lock) {
    CreateOutcome outcome = putOnly(key, content, lock);
    settle(key, lock, outcome);
    return outcome;
  }

  /** Makes sure of the lock that an object was asked for. */
  void settle(ObjectKey key, Optional<LockRequest> lock, CreateOutcome outcome) {
    lock.ifPresent(request -> locks.orElseThrow().settle(key, request, outcome));
  }

  private CreateOutcome putOnly(ObjectKey key, ByteBuffer content, Optional<LockRequest> lock) {
    try {
      connection
          .client()
          .putObject(
              request -> {
                request
                    .overrideConfiguration(connection.limit(content.remaining()))
                    .bucket(address.bucket())
                    .key(name(key))
                    .ifNoneMatch("*");
                connection.storageClassOf(key).ifPresent(request::storageClass);
                lock.ifPresent(it -> it.addTo(request));
              },
              BufferBody.of(content));
      return CreateOutcome.CREATED;
    } catch (S3Exception e) {
      if (e.statusCode() == PRECONDITION_FAILED) {
        return CreateOutcome.EXISTS;
      }
      demandLock(key, lock, e);
      if (e.statusCode() == 501) {
        throw faults.noConditionalWrites(e);
      }
      throw faults.of("write " + key, rights(lock), e);
    } catch (RuntimeException e) {
      throw faults.of("write " + key, rights(lock), e);
    }
  }

  /** The rights that making an object needs. */
  static String rights(Optional<LockRequest> lock) {
    return lock.isEmpty() ? "s3:PutObject" : "s3:PutObject and " + LockRequest.RIGHT;
  }

  /**
   * Tells what the bucket refused for the sake of the lock.
   *
   * @throws StoreException STORE_NOT_LOCKED
   */
  void demandLock(ObjectKey key, Optional<LockRequest> lock, S3Exception refusal) {
    if (lock.isPresent()) {
      locks
          .flatMap(all -> all.refused(key, refusal))
          .ifPresent(
              fault -> {
                throw fault;
              });
    }
  }

  @Override
  public Optional<Locks> locks() {
    return locks.map(Locks.class::cast);
  }

  @Override
  public Upload upload(ObjectKey key) {
    return new S3Upload(this, connection, faults, address, key, name(key));
  }

  @Override
  public InputStream read(ObjectKey key, long offset) {
    Ranges.check(offset);
    Optional<S3Body> answer = get(key, offset, offset == 0 ? "" : "bytes=" + offset + "-");
    return answer
        .<InputStream>map(body -> new StoreInputStream(body, e -> faults.broken("read " + key, e)))
        .orElseGet(InputStream::nullInputStream);
  }

  @Override
  public byte[] read(ObjectKey key, long offset, int length) {
    Ranges.check(offset, length);
    if (length == 0) {
      if (stat(key).isEmpty()) {
        throw StoreFaults.missing(key, address());
      }
      return new byte[0];
    }
    String range = "bytes=" + offset + "-" + (offset + length - 1);
    Optional<S3Body> answer = get(key, offset, range);
    if (answer.isEmpty()) {
      return new byte[0];
    }
    try (S3Body body = answer.get()) {
      return body.readNBytes(length);
    } catch (IOException e) {
      throw faults.broken("read " + key, e);
    }
  }

  /** The body of an answer; empty when the object ends before the range begins. */
  private Optional<S3Body> get(ObjectKey key, long offset, String range) {
    GetObjectRequest request =
        GetObjectRequest.builder()
            .overrideConfiguration(connection.limit(0))
            .bucket(address.bucket())
            .key(name(key))
            .range(range.isEmpty() ? null : range)
            .build();
    try {
      S3Body body = new S3Body(connection.client().getObject(request));
      if (!body.beginsAt(offset)) {
        body.abort();
        throw faults.noRanges();
      }
      return Optional.of(body);
    } catch (S3Exception e) {
      if (e.statusCode() == RANGE_NOT_SATISFIABLE) {
        return Optional.empty();
      }
      if (e.statusCode() == NOT_FOUND && !(e instanceof NoSuchBucketException)) {
        throw StoreFaults.missing(key, address());
      }
      throw faults.of("read " + key, "s3:GetObject", e);
    } catch (RuntimeException e) {
      throw faults.of("read " + key, "s3:GetObject", e);
    }
  }

  @Override
  public Optional<ObjectInfo> stat(ObjectKey key) {
    try {
      HeadObjectResponse answer =
          connection
              .client()
              .headObject(
                  request ->
                      request
                          .overrideConfiguration(connection.limit(0))
                          .bucket(address.bucket())
                          .key(name(key)));
      bucketSeen.set(true);
      return Optional.of(
          new ObjectInfo(
              key,
              answer.contentLength(),
              answer.lastModified(),
              S3Classes.classOf(answer.storageClassAsString())));
    } catch (S3Exception e) {
      if (e.statusCode() == NOT_FOUND) {
        demandBucket();
        return Optional.empty();
      }
      boolean refused = e.statusCode() >= 300 && e.statusCode() < 500;
      throw refused ? explain(key, e) : faults.of("look for " + key, "s3:GetObject", e);
    } catch (RuntimeException e) {
      throw faults.of("look for " + key, "s3:GetObject", e);
    }
  }

  /** The answer to HEAD has no body, so a missing bucket looks like a missing object. */
  private void demandBucket() {
    if (!bucketSeen.get()) {
      list("", "", 1);
    }
  }

  /** The refusal of a HEAD has no body that says why; the same question as a GET has. */
  private StoreException explain(ObjectKey key, S3Exception refusal) {
    try (InputStream _ = read(key, 0)) {
      return faults.of("look for " + key, "s3:GetObject", refusal);
    } catch (StoreException e) {
      return e;
    } catch (IOException e) {
      return faults.broken("look for " + key, e);
    }
  }

  @Override
  public ListPage list(String prefix, String startAfter, int limit) {
    Ranges.checkLimit(limit);
    List<ObjectInfo> found = new ArrayList<>();
    // A page may hold nothing but objects of other programs; the caller gets one to go on from.
    Optional<String> token = Optional.empty();
    for (; ; ) {
      ListObjectsV2Response answer = listOnce(prefix, startAfter, limit, token);
      for (S3Object object : answer.contents()) {
        info(object).ifPresent(found::add);
      }
      token = Optional.ofNullable(answer.nextContinuationToken());
      boolean more = Boolean.TRUE.equals(answer.isTruncated()) && token.isPresent();
      if (!found.isEmpty() || !more) {
        return new ListPage(found, more);
      }
    }
  }

  private ListObjectsV2Response listOnce(
      String prefix, String startAfter, int limit, Optional<String> token) {
    String after = startAfter.isEmpty() ? null : address.prefix() + startAfter;
    try {
      ListObjectsV2Response answer =
          connection
              .client()
              .listObjectsV2(
                  request ->
                      request
                          .overrideConfiguration(connection.limit(0))
                          .bucket(address.bucket())
                          .prefix(address.prefix() + prefix)
                          .maxKeys(limit)
                          .startAfter(after)
                          .continuationToken(token.orElse(null)));
      bucketSeen.set(true);
      return answer;
    } catch (RuntimeException e) {
      throw faults.of("list " + address.text(), "s3:ListBucket", e);
    }
  }

  private Optional<ObjectInfo> info(S3Object object) {
    String key = object.key().substring(address.prefix().length());
    return ObjectKey.isLegal(key)
        ? Optional.of(
            new ObjectInfo(
                ObjectKey.of(key),
                object.size(),
                object.lastModified(),
                S3Classes.classOf(object.storageClassAsString())))
        : Optional.empty();
  }

  @Override
  public Optional<StorageClasses> classes() {
    return Optional.of(classes);
  }

  @Override
  public void delete(ObjectKey key) {
    try {
      connection
          .client()
          .deleteObject(
              request ->
                  request
                      .overrideConfiguration(connection.limit(0))
                      .bucket(address.bucket())
                      .key(name(key)));
    } catch (NoSuchKeyException e) {
      // Some servers tell; it is what was asked for.
    } catch (RuntimeException e) {
      throw faults.of("delete " + key, "s3:DeleteObject", e);
    }
  }

  @Override
  public void probe() {
    Probe.run(this);
    ObjectKey key = Probe.newKey();
    byte[] content = {1};
    create(key, content);
    try (S3Upload upload = new S3Upload(this, connection, faults, address, key, name(key))) {
      upload.send(ByteBuffer.wrap(content));
      if (upload.commit() == CreateOutcome.CREATED) {
        throw StoreFaults.overwrites(
            address(), "an upload by parts to a key that exists was accepted");
      }
    } finally {
      delete(key);
    }
  }

  @Override
  public int removeLeftovers(Instant before) {
    return new S3Leftovers(connection, faults, address).remove(before);
  }

  @Override
  public int partSize() {
    return address.partSize().orElse(DEFAULT_PART);
  }

  @Override
  public void close() {
    connection.close();
  }
}
