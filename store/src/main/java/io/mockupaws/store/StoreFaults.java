package io.mockupaws.store;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.format.ObjectKey;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The faults that are the same in every kind of store. */
final class StoreFaults {
  private StoreFaults() {}

  static StoreException missing(ObjectKey key, String address) {
    return new StoreException(
        ErrorCode.OBJECT_MISSING,
        "There is no object " + key + " in " + address,
        "Run verify to see which backups need it; another store of the repository may have it.",
        false,
        null);
  }

  /** Missing where it could be asked for; others that are away may have it. */
  static StoreException missing(StoreException fault, List<Member> away) {
    return new StoreException(
        ErrorCode.OBJECT_MISSING,
        fault.what()
            + "; "
            + away.stream().map(Member::address).collect(Collectors.joining(", "))
            + ", which may have it, cannot be reached",
        "Try again when that store can be reached.",
        false,
        fault);
  }

  static StoreException slow(String address, Duration patience) {
    return new StoreException(
        ErrorCode.STORE_UNREACHABLE,
        "The store "
            + address
            + " took longer than "
            + patience.toSeconds()
            + " s for a call that another store has done",
        "Look at the network to it; what it lacks is brought there later.",
        true,
        null);
  }

  static StoreException nested(ObjectKey key) {
    return new StoreException(
        ErrorCode.STORE_CONFLICT,
        "The key " + key + " is both an object and a folder of objects",
        "Give this repository a place of its own, without files of other programs.",
        false,
        null);
  }

  /** Object lock that was asked for, and is not there. */
  static StoreException notLocked(
      StoreAddress.Bucket address, String server, String what, @Nullable Throwable cause) {
    return new StoreException(
        ErrorCode.STORE_NOT_LOCKED,
        "The bucket " + address.bucket() + " at " + server + " " + what,
        "Turn versioning and object lock on for the bucket (aws s3api"
            + " put-object-lock-configuration --bucket "
            + address.bucket()
            + " --object-lock-configuration ObjectLockEnabled=Enabled), use an S3 server that has"
            + " it, or take lock= out of the address: then nothing is locked.",
        false,
        cause);
  }

  static StoreException overwrites(String address, String what) {
    return new StoreException(
        ErrorCode.STORE_CONFLICT,
        "The store " + address + " would overwrite objects: " + what,
        "Use a store that creates only what is absent; an S3 server has to honour If-None-Match: *"
            + " on PutObject and on CompleteMultipartUpload.",
        false,
        null);
  }
}
