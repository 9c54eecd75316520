package io.mockupaws.store;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

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
    makeRoot(address);
    return open(address, options);
  }

  private static void makeRoot(StoreAddress address) {
    switch (address) {
      case StoreAddress.Directory directory -> directory(directory).makeRoot();
      case StoreAddress.Bucket bucket -> {
        // A bucket has properties that only its owner can choose.
      }
    }
  }

  /**
   * The stores of one repository: the store itself where there is one address, else a {@link
   * StoreGroup}.
   */
  public static Store open(List<StoreAddress> addresses, StoreOptions options) {
    if (addresses.size() == 1) {
      return open(addresses.getFirst(), options);
    }
    List<Member> members = new ArrayList<>();
    for (StoreAddress address : addresses) {
      Store once = openOnce(address, options);
      Store patient = RetryingStore.of(once, options.retry(), options.waiting());
      members.add(new Member(patient, once, GroupPolicy.normal()));
    }
    return new StoreGroup(members, GroupPolicy.normal());
  }

  /**
   * As {@link #open(List, StoreOptions)}, and makes the directories of {@code file:} addresses. One
   * that cannot be made shows as a store that is away.
   */
  public static Store create(List<StoreAddress> addresses, StoreOptions options) {
    if (addresses.size() == 1) {
      return create(addresses.getFirst(), options);
    }
    for (StoreAddress address : addresses) {
      try {
        makeRoot(address);
      } catch (StoreException e) {
        // Whoever uses the store meets the same fault.
      }
    }
    return open(addresses, options);
  }

  /** Several stores as one, for tests. */
  public static Store group(List<Store> stores, GroupPolicy policy) {
    return new StoreGroup(
        stores.stream().map(store -> new Member(store, store, policy)).toList(), policy);
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
