package io.mockupaws.engine.backup;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.engine.cluster.ServerFacts;
import io.mockupaws.engine.cluster.ServerSession;
import java.time.Instant;

/**
 * The session that holds the server in backup mode: the mode ends with it, however it ends. Used by
 * one thread at a time.
 */
final class BackupSession {
  private final ServerSession session;
  private final ServerFacts facts;

  BackupSession(ServerSession session, ServerFacts facts) {
    this.session = session;
    this.facts = facts;
  }

  /**
   * What the server said at the end.
   *
   * @param stop the position replay must reach
   */
  record End(BackupLabel label, Lsn stop, Instant stoppedAt) {}

  /**
   * Begins backup mode: waits for a checkpoint, from which on full pages are written to the WAL.
   *
   * @param fast whether the checkpoint is to be made at once instead of spread over time
   * @return where replay will begin
   */
  Lsn start(String label, boolean fast) {
    return Lsn.parse(
        session.one(
            "beginning the backup",
            "SELECT pg_backup_start(?, ?)::text",
            row -> row.getString(1),
            label,
            fast));
  }

  /**
   * Looks whether the session still stands, so that a backup that cannot end does not go on for
   * hours; keeps the way to the server open, too.
   *
   * @throws Failure BACKUP_INTERRUPTED when it does not, or the standby was promoted
   */
  void demandHeld() {
    boolean recovering;
    try {
      recovering =
          session.one(
              "looking after the backup", "SELECT pg_is_in_recovery()", row -> row.getBoolean(1));
    } catch (Failure e) {
      throw interrupted("the session that holds the backup ended: " + e.what(), e);
    }
    if (recovering != facts.inRecovery()) {
      throw promoted();
    }
  }

  /** Ends backup mode. The server waits for no archiving: the journal is ours. */
  End stop() {
    try {
      return session.one(
          "ending the backup",
          "SELECT lsn::text, labelfile, clock_timestamp() FROM pg_backup_stop(false)",
          row ->
              new End(
                  BackupLabel.parse(row.getString(2)),
                  Lsn.parse(row.getString(1)),
                  row.getTimestamp(3).toInstant()));
    } catch (Failure e) {
      if (e.code() == ErrorCode.SERVER_SETTING && facts.inRecovery()) {
        demandHeld(); // promoted, else it is what the server says: full_page_writes went off
      }
      if (e.code() == ErrorCode.SERVER_UNREACHABLE) {
        throw interrupted("the session that holds the backup ended: " + e.what(), e);
      }
      throw e;
    }
  }

  private static Failure promoted(Throwable... cause) {
    return interrupted("the standby was promoted, or changed its part, during its backup", cause);
  }

  private static Failure interrupted(String what, Throwable... cause) {
    return new Failure(
        ErrorCode.BACKUP_INTERRUPTED,
        what,
        "take the backup again; nothing of this one is visible",
        cause.length == 0 ? null : cause[0]);
  }
}
