package io.mockupaws.app.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Numbers as operators read them: always with a unit, times always in UTC. */
final class Units {
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final String[] SIZES = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

  private Units() {}

  /** {@code 512 B}, {@code 1.4 MiB}, {@code 120 GiB}: three digits at least, never more than 4. */
  static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (Math.abs(value) >= 1023.5 && unit < SIZES.length - 1) {
      value /= 1024;
      unit++;
    }
    boolean whole = unit == 0 || Math.abs(value) >= 99.95;
    return String.format(Locale.ROOT, whole ? "%.0f %s" : "%.1f %s", value, SIZES[unit]);
  }

  /** Bytes a second. */
  static String rate(long bytes, Duration time) {
    double seconds = Math.max(time.toNanos(), 1_000_000) / 1e9;
    return bytes(Math.round(bytes / seconds)) + "/s";
  }

  /** {@code 350 ms}, {@code 4.2 s}, {@code 3 min 5 s}, {@code 2 h 10 min}, {@code 4 d 3 h}. */
  static String duration(Duration time) {
    long millis = time.toMillis();
    if (millis < 0) {
      return "-" + duration(time.negated());
    }
    if (millis < 1_000) {
      return millis + " ms";
    }
    if (millis < 59_950) {
      return String.format(Locale.ROOT, millis < 9_950 ? "%.1f s" : "%.0f s", millis / 1e3);
    }
    long seconds = Math.round(millis / 1e3);
    if (seconds < 3_600) {
      return two(seconds / 60, "min", seconds % 60, "s");
    }
    long minutes = Math.round(seconds / 60.0);
    if (minutes < 24 * 60) {
      return two(minutes / 60, "h", minutes % 60, "min");
    }
    long hours = Math.round(minutes / 60.0);
    return two(hours / 24, "d", hours % 24, "h");
  }

  private static String two(long large, String largeUnit, long small, String smallUnit) {
    String first = large + " " + largeUnit;
    return small == 0 ? first : first + " " + small + " " + smallUnit;
  }

  /** {@code 13 h old}: one unit, rounded down. */
  static String age(Duration age) {
    return coarse(age) + " old";
  }

  /** {@code 15.14} of PostgreSQL's {@code server_version_num}, 150014. */
  static String postgres(int versionNumber) {
    return versionNumber / 10_000 + "." + versionNumber % 10_000;
  }

  private static String coarse(Duration time) {
    long seconds = Math.max(0, time.toSeconds());
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3_600) {
      return seconds / 60 + " min";
    }
    if (seconds < 48 * 3_600) {
      return seconds / 3_600 + " h";
    }
    return seconds / 86_400 + " d";
  }

  /** {@code 2026-04-07 12:00:00 UTC}. */
  static String time(Instant time) {
    return SECONDS.format(time);
  }

  /** To the microsecond, as PostgreSQL counts. */
  static String exactTime(Instant time) {
    return MICROS.format(time.truncatedTo(ChronoUnit.MICROS));
  }

  /** {@code 1 backup}, {@code 3 backups}. */
  static String count(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
