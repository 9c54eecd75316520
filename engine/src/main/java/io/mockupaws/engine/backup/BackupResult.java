package io.mockupaws.engine.backup;

import static java.util.Objects.requireNonNull;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.CorruptPage;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A backup that exists.
 *
 * @param base the backup that an incremental one builds on
 * @param start where its recovery begins
 * @param stop the earliest position it can be recovered to
 * @param bytes of the files as they are restored
 * @param readBytes of files that came from the server
 * @param sealedBytes what it takes in the repository, besides what earlier backups take
 * @param corruptPages damaged pages; the backup holds them as they are
 * @param corruptPageCount how many there are, which may be more than are listed
 * @param takenOver what of it was stored by backups that broke off
 * @param warnings what the operator should know, each a sentence
 */
public record BackupResult(
    BackupId id,
    Optional<BackupId> base,
    ReadMode mode,
    Timeline timeline,
    Lsn start,
    Lsn stop,
    long files,
    long bytes,
    long readBytes,
    long sealedBytes,
    Duration took,
    List<CorruptPage> corruptPages,
    long corruptPageCount,
    TakenOver takenOver,
    List<String> warnings) {
  public BackupResult {
    requireNonNull(id, "id is null");
    corruptPages = List.copyOf(corruptPages);
    warnings = List.copyOf(warnings);
  }

  /** Whether everything is as it should be: false means exit status 3. */
  public boolean isSound() {
    return corruptPageCount == 0;
  }
}
