package io.mockupaws.engine.doctor;

import java.time.Duration;
import java.util.Locale;

/** Sizes, rates and times as operators read them. */
final class Amount {
  private static final String[] SIZES = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

  private Amount() {}

  static String bytes(long bytes) {
    return size((double) bytes);
  }

  private static String size(double bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < SIZES.length - 1) {
      value /= 1024;
      unit++;
    }
    return String.format(
        Locale.ROOT, unit == 0 || value >= 100 ? "%.0f %s" : "%.1f %s", value, SIZES[unit]);
  }

  static String rate(double bytesPerSecond) {
    return size(bytesPerSecond) + "/s";
  }

  /** Seconds below two minutes, minutes below two hours, hours below two days, else days. */
  static String time(Duration time) {
    long seconds = time.toSeconds();
    if (seconds < 10) {
      return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }
    if (seconds < 120) {
      return seconds + " s";
    }
    if (seconds < 2 * 3600) {
      return seconds / 60 + " min";
    }
    return seconds < 2 * 86_400 ? seconds / 3600 + " h" : seconds / 86_400 + " days";
  }
}
