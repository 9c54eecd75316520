package io.mockupaws.engine.doctor;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.OptionalDouble;

/** This host: its zone, and the spool on its disk. */
final class HostChecks {
  /**
   * Less than this many segments of 16 MiB in the spool, and streaming stops at the first hiccup.
   */
  private static final long LEAST_BYTES = 64L << 20;

  private static final Duration SHORT = Duration.ofHours(1);

  private HostChecks() {}

  static Check zone(ZoneId zone) {
    ZoneRules rules = zone.getRules();
    if (rules.isFixedOffset() && rules.getOffset(Instant.EPOCH).equals(ZoneOffset.UTC)) {
      return Check.ok("host.zone", "is UTC");
    }
    return Check.warning(
        "host.zone",
        "is "
            + zone
            + ", not UTC: cron runs at local times, twice or never in the hour that a clock change"
            + " repeats or skips",
        "set the host to UTC (timedatectl set-timezone UTC), or give cron CRON_TZ=UTC and the"
            + " program TZ=UTC");
  }

  /** By really writing, forcing and removing a file in it, or where it will be made. */
  static Check spoolWrite(Path spool) {
    Path place = nearestExisting(spool);
    Path file = place.resolve(".mockupaws-doctor-" + ProcessHandle.current().pid());
    try {
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        channel.write(java.nio.ByteBuffer.allocate(4096));
        channel.force(true);
      } finally {
        Files.deleteIfExists(file);
      }
      return Check.ok(
          "spool.write",
          spool + (place.equals(spool) ? " can be written" : " can be made in " + place));
    } catch (IOException e) {
      return Check.failed(
          "spool.write",
          "the spool " + spool + " cannot be written: " + reason(e),
          "give this user the directory, or name another one: BACKUP_SPOOL_DIR");
    }
  }

  /**
   * Room for what the server writes while the repository is away.
   *
   * @param production bytes of WAL a second; empty when it is not known
   */
  static Check spoolSpace(Path spool, OptionalDouble production) {
    String id = "spool.space";
    long free;
    try {
      free = Files.getFileStore(nearestExisting(spool)).getUsableSpace();
    } catch (IOException e) {
      return Check.unknown(id, "the free space of " + spool + " cannot be read: " + reason(e));
    }
    String next = "make room there, or name a directory on another disk: BACKUP_SPOOL_DIR";
    String has = spool + " has " + Amount.bytes(free) + " free";
    if (free < LEAST_BYTES) {
      return Check.failed(id, has + ": streaming needs " + Amount.bytes(LEAST_BYTES), next);
    }
    if (production.isEmpty() || production.getAsDouble() < 1) {
      return Check.ok(id, has);
    }
    double seconds = Math.min((double) free / production.getAsDouble(), 1e9);
    Duration full = Duration.ofMillis((long) (seconds * 1000));
    String text =
        has
            + "; at "
            + Amount.rate(production.getAsDouble())
            + " of WAL it is full in "
            + Amount.time(full)
            + " when the repository is away";
    return full.compareTo(SHORT) < 0 ? Check.warning(id, text, next) : Check.ok(id, text);
  }

  static Path nearestExisting(Path path) {
    Path at = path.toAbsolutePath().normalize();
    while (!Files.exists(at)) {
      Path parent = at.getParent();
      if (parent == null) {
        return at;
      }
      at = parent;
    }
    return at;
  }

  private static String reason(IOException e) {
    return switch (e) {
      case java.nio.file.AccessDeniedException _ -> "this user may not";
      case java.nio.file.FileAlreadyExistsException _ -> "a file of an earlier check lies there";
      case java.nio.file.FileSystemException f when f.getReason() != null -> f.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }
}
