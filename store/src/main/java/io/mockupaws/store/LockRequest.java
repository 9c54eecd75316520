package io.mockupaws.store;

import java.time.Instant;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.ObjectLockRetention;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** The lock that one object is to get. */
record LockRequest(ObjectLock.Mode mode, Instant until) {
  /** The right without which S3 locks nothing. */
  static final String RIGHT = "s3:PutObjectRetention";

  /** S3 takes no locked object without a checksum, and no part of one. */
  static final ChecksumAlgorithm CHECKSUM = ChecksumAlgorithm.CRC32_C;

  void addTo(PutObjectRequest.Builder request) {
    request
        .objectLockMode(ObjectLockMode.valueOf(mode.name()))
        .objectLockRetainUntilDate(until)
        .checksumAlgorithm(CHECKSUM);
  }

  void addTo(CreateMultipartUploadRequest.Builder request) {
    request
        .objectLockMode(ObjectLockMode.valueOf(mode.name()))
        .objectLockRetainUntilDate(until)
        .checksumAlgorithm(CHECKSUM);
  }

  ObjectLockRetention retention() {
    return ObjectLockRetention.builder()
        .mode(ObjectLockRetentionMode.valueOf(mode.name()))
        .retainUntilDate(until)
        .build();
  }

  static ObjectLock.Mode modeOf(ObjectLockRetention there) {
    return there.mode() == ObjectLockRetentionMode.COMPLIANCE
        ? ObjectLock.Mode.COMPLIANCE
        : ObjectLock.Mode.GOVERNANCE;
  }

  /** Whether what the bucket says of an object is at least this. */
  boolean isKeptBy(Optional<ObjectLockRetention> there) {
    return there
        .filter(lock -> !lock.retainUntilDate().isBefore(until))
        .filter(lock -> modeOf(lock).compareTo(mode) >= 0)
        .isPresent();
  }
}
