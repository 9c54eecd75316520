package io.mockupaws.engine.backup;

/**
 * The journal as a backup sees it: all WAL from the backup's start to its stop must be durable
 * before the backup may exist.
 */
public interface DurableWal {
  /**
   * Fails when the journal has stopped taking WAL in, so that a backup which could never be
   * committed ends early. Called every few seconds.
   *
   * @throws io.mockupaws.core.failure.Failure as {@link #isDurable}
   */
  void check();

  /**
   * Whether all WAL that a backup needs is durable in the repository. Asked several times a second
   * at the end of a backup, until it is; does not block for long.
   *
   * @throws io.mockupaws.core.failure.Failure when it never will be: WAL_NOT_DURABLE, WAL_HOLE,
   *     WAL_DAMAGED; or DATABASE_COPIED when a database was created by file copy in between: its
   *     files were copied without a trace in the WAL that replay could use, and the backup is taken
   *     again; or OTHER_LIFE when the WAL there is another server's
   */
  boolean isDurable(BackupSpan backup);
}
