package io.mockupaws.engine.backup;

/** Who follows a backup, and can break it off. Called by one thread, several times a second. */
public interface BackupProgress {
  /** What a backup is doing. */
  enum Phase {
    /** Connecting, and waiting for the server's checkpoint. */
    BEGINNING,
    /** Looking in the journal for what changed since the backup that this one builds on. */
    COMPARING,
    LISTING,
    READING,
    /** Waiting for the WAL up to the backup's end to be durable. */
    AWAITING_WAL,
    COMMITTING
  }

  /**
   * How far it is.
   *
   * @param bytesDone of what was listed
   * @param bytesTotal 0 while it is not known
   * @param bytesPerSecond over the last seconds
   */
  record State(Phase phase, long bytesDone, long bytesTotal, long bytesPerSecond) {}

  void report(State state);

  /** Whether the backup is to be broken off: it ends soon after with BACKUP_INTERRUPTED. */
  boolean cancelled();

  /** Nobody follows. */
  static BackupProgress none() {
    return new BackupProgress() {
      @Override
      public void report(State state) {}

      @Override
      public boolean cancelled() {
        return false;
      }
    };
  }
}
