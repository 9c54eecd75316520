package io.mockupaws.engine.logical;

import io.mockupaws.core.format.DumpSidecar;
import io.mockupaws.core.format.Dumps;
import io.mockupaws.core.format.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** How dumps are named: {@code shop_full_20260407_120000.sql.gz.enc}. */
final class DumpName {
  private static final DateTimeFormatter DAY = format("uuuuMMdd");
  private static final DateTimeFormatter TIME = format("uuuuMMdd_HHmmss");

  private static final int TIME_LENGTH = 15;

  private static final String END = ".sql.gz.enc";

  private DumpName() {}

  private static DateTimeFormatter format(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
  }

  /**
   * The key of a dump.
   *
   * @param folder what stands before {@code backups/}: nothing, or the cluster's name and a slash
   * @param subject the database; of globals the cluster
   */
  static ObjectKey key(String folder, String subject, DumpSidecar.Content content, Instant time) {
    String kind =
        switch (content) {
          case DATABASE -> "full";
          case GLOBALS -> "globals";
        };
    return ObjectKey.of(
        folder
            + Dumps.FOLDER
            + kind
            + "/"
            + DAY.format(time)
            + "/"
            + plain(subject)
            + "_"
            + kind
            + "_"
            + TIME.format(time)
            + END);
  }

  /** The time in the name of a dump of a database, or of its sidecar; empty for any other key. */
  static Optional<Instant> timeOf(ObjectKey key, String database) {
    String name = Dumps.dumpOf(key).orElse(key).fileName();
    String before = plain(database) + "_full_";
    if (!name.startsWith(before) || !name.endsWith(END)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          Instant.from(TIME.parse(name.substring(before.length(), name.length() - END.length()))));
    } catch (DateTimeException | StringIndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  /** The time in the name of any dump, or of its sidecar; empty where it has none. */
  static Optional<Instant> timeOf(ObjectKey key) {
    String name = Dumps.dumpOf(key).orElse(key).fileName();
    int end = name.length() - END.length();
    if (!name.endsWith(END) || end < TIME_LENGTH) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.from(TIME.parse(name.substring(end - TIME_LENGTH, end))));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Other bytes than letters, digits, {@code .}, {@code _} and {@code -} become {@code =XX}. */
  private static String plain(String subject) {
    StringBuilder name = new StringBuilder();
    for (byte one : subject.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (one & 0xff);
      boolean kept =
          c < 0x80
              && (Character.isLetterOrDigit(c)
                  || c == '_'
                  || c == '-'
                  || (c == '.' && !name.isEmpty()));
      name.append(kept ? String.valueOf(c) : String.format(Locale.ROOT, "=%02X", (int) c));
    }
    return name.toString();
  }
}
