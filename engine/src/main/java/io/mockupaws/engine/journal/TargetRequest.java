package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import java.time.Instant;

/** The moment that somebody wants to go back to. */
public sealed interface TargetRequest {

  /** The last record in the journal. */
  record Latest() implements TargetRequest {}

  /**
   * Everything before the first commit or abort, in LSN order, whose time is later: what
   * PostgreSQL's {@code recovery_target_time} means.
   */
  record AtTime(Instant time) implements TargetRequest {}

  /** The record at this position, or the one that it lies in, is the last. */
  record AtLsn(Lsn lsn) implements TargetRequest {}

  /** Where the backup itself ended. */
  record BackupEnd() implements TargetRequest {}
}
