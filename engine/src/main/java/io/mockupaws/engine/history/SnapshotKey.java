package io.mockupaws.engine.history;

import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where names were read: the key of a snapshot of the catalogues ({@code docs/FORMAT.md}).
 *
 * @param at a position behind the reading
 */
record SnapshotKey(ObjectKey key, Timeline timeline, Lsn at) {
  static final String FOLDER = "catalogue/";
  private static final Pattern FORM = Pattern.compile("(?!0{8})[0-9A-F]{8}-[0-9A-F]{16}");

  static String name(Timeline timeline, Lsn at) {
    return FOLDER + timeline.hex() + String.format(Locale.ROOT, "-%016X", at.value());
  }

  static Optional<SnapshotKey> of(ObjectKey key) {
    String name = key.fileName();
    if (!FORM.matcher(name).matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new SnapshotKey(
            key,
            new Timeline(Integer.parseUnsignedInt(name, 0, 8, 16)),
            new Lsn(Long.parseUnsignedLong(name, 9, 25, 16))));
  }
}
