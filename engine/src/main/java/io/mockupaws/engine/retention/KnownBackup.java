package io.mockupaws.engine.retention;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.time.Instant;
import java.util.Optional;

/**
 * What decides over a backup whose manifest can be read.
 *
 * @param start from which position on it needs WAL
 * @param stop up to which it needs it
 * @param stoppedAt the moment that it brings back by itself
 * @param whole whether its packs and all its WAL are there
 * @param clean whether no page of it was corrupt
 * @param consolidates the backup of the same content whose place it takes; empty also where its own
 *     packs are not all there
 */
public record KnownBackup(
    BackupId id,
    Timeline timeline,
    Lsn start,
    Lsn stop,
    Instant stoppedAt,
    boolean whole,
    boolean clean,
    Optional<BackupId> consolidates) {
  static KnownBackup of(ManifestHead head, boolean whole, Optional<BackupId> replaces) {
    return new KnownBackup(
        head.id(),
        head.timeline(),
        head.start(),
        head.stop(),
        head.stoppedAt(),
        whole,
        head.corruptPages().isEmpty(),
        replaces);
  }
}
