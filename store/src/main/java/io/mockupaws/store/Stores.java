package io.mockupaws.store;

import java.security.SecureRandom;
import java.time.InstantSource;

/** Opens stores by address. */
public final class Stores {
  private static final int MEMORY_PART = 1 << 20;

  private Stores() {}

  /**
   * A store that waits out passing faults. Nothing is asked from it yet: whether it is there shows
   * at the first call, or by {@link Store#probe()}.
   */
  public static Store open(StoreAddress address, StoreOptions options) {
    return RetryingStore.of(openOnce(address, options), options.retry(), options.waiting());
  }

  /** As {@link #open}, and makes the directory of a {@code file:} address where it is missing. */
  public static Store create(StoreAddress address, StoreOptions options) {
    switch (address) {
      case StoreAddress.Directory directory -> directory(directory).makeRoot();
      case StoreAddress.Bucket bucket -> {
        // A bucket has properties that only its owner can choose.
      }
    }
    return open(address, options);
  }

  /** A store of which every call is tried once. */
  static Store openOnce(StoreAddress address, StoreOptions options) {
    return switch (address) {
      case StoreAddress.Directory directory -> directory(directory);
      case StoreAddress.Bucket bucket -> new S3Store(bucket, new S3Connection(bucket, options));
    };
  }

  private static DirectoryStore directory(StoreAddress.Directory address) {
    return new DirectoryStore(address.path(), InstantSource.system(), new SecureRandom());
  }

  /** A new empty store in this process's memory, for tests and dry runs. */
  public static Store inMemory() {
    return inMemory(MEMORY_PART);
  }

  /**
   * As {@link #inMemory()}.
   *
   * @param partSize bytes of an upload's part
   */
  public static Store inMemory(int partSize) {
    return new MemoryStore(partSize, InstantSource.system());
  }
}
