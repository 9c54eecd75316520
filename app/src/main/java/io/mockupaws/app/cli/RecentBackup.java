package io.mockupaws.app.cli;

import io.mockupaws.core.format.ManifestHead;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** One of the last backups, as {@code status} shows it. */
record RecentBackup(
    String id, String kind, Instant stoppedAt, long ageSeconds, long durationMillis, long bytes) {
  private static final int SHOWN = 3;

  /** The last ones, newest first. */
  static List<RecentBackup> of(List<ManifestHead> backups, Instant now) {
    return backups.reversed().stream().limit(SHOWN).map(head -> of(head, now)).toList();
  }

  private static RecentBackup of(ManifestHead head, Instant now) {
    return new RecentBackup(
        head.id().value(),
        head.kind().name().toLowerCase(Locale.ROOT),
        head.stoppedAt(),
        Math.max(0, Duration.between(head.stoppedAt(), now).toSeconds()),
        Duration.between(head.startedAt(), head.stoppedAt()).toMillis(),
        head.sealedBytes());
  }

  String text() {
    return kind
        + ", "
        + Units.duration(Duration.ofSeconds(ageSeconds))
        + " ago, "
        + Units.bytes(bytes)
        + " in "
        + Units.duration(Duration.ofMillis(durationMillis))
        + ": "
        + id;
  }
}
