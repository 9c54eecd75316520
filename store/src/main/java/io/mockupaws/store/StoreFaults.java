package io.mockupaws.store;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.format.ObjectKey;

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

  static StoreException nested(ObjectKey key) {
    return new StoreException(
        ErrorCode.STORE_CONFLICT,
        "The key " + key + " is both an object and a folder of objects",
        "Give this repository a place of its own, without files of other programs.",
        false,
        null);
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
