package io.mockupaws.engine.restore;

import io.mockupaws.core.pg.Lsn;
import java.util.Optional;

/**
 * How far a phase of a restore has come.
 *
 * @param done bytes, or files in the phase {@link Phase#SYNC}
 * @param total of the same; 0 when it is not known
 * @param position the record being replayed, in the phase {@link Phase#REPLAY}
 */
public record RestoreProgress(Phase phase, long done, long total, Optional<Lsn> position) {

  /** The phases in their order. */
  public enum Phase {
    /** WAL is fetched and verified. */
    WAL,
    /** Files that are there are compared with the backup. */
    COMPARE,
    /** Files are fetched and written. */
    FILES,
    /** Files are verified and made durable. */
    SYNC,
    /** The server replays. */
    REPLAY
  }
}
