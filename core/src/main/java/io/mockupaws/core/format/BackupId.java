package io.mockupaws.core.format;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * The name of a backup: when it began (UTC), its kind, four random hexadecimal digits. Names sort
 * by time: {@code 20260407T120000Z-full-1a2b}.
 */
public record BackupId(String value) implements Comparable<BackupId> {
  private static final Pattern FORM =
      Pattern.compile("\\d{8}T\\d{6}Z-(full|incremental)-[0-9a-f]{4}");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  public BackupId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("not a backup's name: " + value);
    }
  }

  /** Whether a text has the form of a backup's name. */
  public static boolean isOne(String text) {
    return FORM.matcher(text).matches();
  }

  /** A name for a backup that begins at {@code start}. */
  public static BackupId of(Instant start, BackupKind kind, RandomGenerator random) {
    return new BackupId(
        TIME.format(start) + "-" + kind.word() + String.format("-%04x", random.nextInt(1 << 16)));
  }

  /** Whether both names tell the same time. */
  public boolean isOfOneSecondWith(BackupId other) {
    int end = value.indexOf('-');
    return value.substring(0, end).equals(other.value.substring(0, other.value.indexOf('-')));
  }

  @Override
  public int compareTo(BackupId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
