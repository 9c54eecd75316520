package io.mockupaws.engine.configuration;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * The name of a version of the configuration: when it was read (UTC) and four random hexadecimal
 * digits. Names sort by time: {@code 20260407T120000Z-config-1a2b}.
 */
public record VersionName(String value) implements Comparable<VersionName> {
  private static final Pattern FORM = Pattern.compile("\\d{8}T\\d{6}Z-config-[0-9a-f]{4}");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  public VersionName {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("not a version's name: " + value);
    }
  }

  /** Whether a text has the form of a version's name. */
  public static boolean isOne(String text) {
    return FORM.matcher(text).matches();
  }

  static VersionName of(Instant at, RandomGenerator random) {
    return new VersionName(
        TIME.format(at) + String.format(Locale.ROOT, "-config-%04x", random.nextInt(1 << 16)));
  }

  @Override
  public int compareTo(VersionName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
