package io.mockupaws.engine.history;

import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * That names were read, and were those that lie in a snapshot: an object without content, whose key
 * says it ({@code docs/FORMAT.md}).
 *
 * @param from a position before the reading: what was done before it was visible
 * @param at a position behind the reading
 * @param names the snapshot's name, below the cluster's part
 */
record NamesRead(Timeline timeline, Lsn from, Lsn at, String names) {
  private static final Pattern FORM =
      Pattern.compile(
          "((?!0{8})[0-9A-F]{8})-([0-9A-F]{16})-([0-9A-F]{16})-((?!0{8})[0-9A-F]{8}-[0-9A-F]{16})");

  String name() {
    return String.format(
        Locale.ROOT,
        "%s%s-%016X-%016X-%s",
        SnapshotKey.FOLDER,
        timeline.hex(),
        at.value(),
        from.value(),
        names.substring(SnapshotKey.FOLDER.length()));
  }

  static Optional<NamesRead> of(ObjectKey key) {
    Matcher form = FORM.matcher(key.fileName());
    if (!form.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new NamesRead(
            new Timeline(Integer.parseUnsignedInt(form.group(1), 16)),
            new Lsn(Long.parseUnsignedLong(form.group(3), 16)),
            new Lsn(Long.parseUnsignedLong(form.group(2), 16)),
            SnapshotKey.FOLDER + form.group(4)));
  }
}
