package io.mockupaws.store;

import io.mockupaws.core.format.Dumps;
import io.mockupaws.core.format.ObjectKey;
import java.time.Duration;
import java.util.Optional;

/**
 * Classes of storage that a bucket of S3 has, from the warmest to the coldest. There are more;
 * objects in those are left where they are.
 */
public enum StorageClass {
  STANDARD(0, false),
  STANDARD_IA(30, false),
  GLACIER(90, true),
  DEEP_ARCHIVE(180, true);

  private final Duration minimum;
  private final boolean frozen;

  StorageClass(int days, boolean frozen) {
    this.minimum = Duration.ofDays(days);
    this.frozen = frozen;
  }

  /** By its name in S3's answers; empty for one that is none of these. */
  static Optional<StorageClass> of(String name) {
    for (StorageClass one : values()) {
      if (one.name().equals(name)) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }

  /** How long an object in it is paid for at least, also when it is removed before. */
  public Duration minimum() {
    return minimum;
  }

  /** Whether an object in it has to be thawed before it can be read. */
  public boolean isFrozen() {
    return frozen;
  }

  /**
   * Whether an object is worth another class than the bucket's own: packs and dumps are large,
   * seldom read and kept for weeks. The others are small, often read, or soon removed, and cheap
   * classes bill 128 KiB and 30 days at least.
   */
  static boolean appliesTo(ObjectKey key) {
    String name = key.value();
    return (name.startsWith("clusters/") && name.contains("/packs/")) || Dumps.isDump(key);
  }
}
