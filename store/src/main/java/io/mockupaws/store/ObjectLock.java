package io.mockupaws.store;

import io.mockupaws.core.format.Dumps;
import io.mockupaws.core.format.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;

/**
 * That nobody can remove what is written to a bucket before its time: S3's object lock.
 *
 * @param days that an object is locked at least, counted from its writing
 */
public record ObjectLock(int days, Mode mode) {
  private static final Duration DAY = Duration.ofDays(1);

  /** What a cluster cannot be recovered without, by the part of the key behind its name. */
  private static final Set<String> OF_CLUSTER =
      Set.of("cluster", "backups", "packs", "wal", "history", "configuration");

  /** Who can end a lock early. */
  public enum Mode {
    /** Those who have the right {@code s3:BypassGovernanceRetention}. */
    GOVERNANCE,
    /** Nobody, the account's owner included. */
    COMPLIANCE;

    /** As it is written in an address, for example {@code governance}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Whether an object is locked: what a recovery needs, and what stays for weeks. Not what normal
   * work removes sooner, such as leases and pieces of the tail, which are many, and not what can be
   * made again or only says something of others.
   */
  public static boolean appliesTo(ObjectKey key) {
    String name = key.value();
    String[] parts = name.split("/", 4);
    return switch (parts[0]) {
      case "repository" -> parts.length == 1;
      case "keys" -> true;
      case "clusters" -> parts.length > 2 && OF_CLUSTER.contains(parts[2]);
      case "probe", "replaced" -> false;
      default -> Dumps.isDump(key) || Dumps.isSidecar(key);
    };
  }

  /**
   * Until when an object that is made then is locked: to the end of a day of UTC, so that what one
   * day makes ends together, and a lock that is extended is extended once a day.
   */
  public Instant until(Instant made) {
    long day = DAY.toSeconds();
    long end = made.plus(Duration.ofDays(days)).getEpochSecond();
    return Instant.ofEpochSecond(Math.floorDiv(end, day) * day + day);
  }
}
