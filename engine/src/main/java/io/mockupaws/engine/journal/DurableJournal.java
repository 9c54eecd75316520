package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Says when WAL is in the repository: to be asked before a backup is committed. */
public interface DurableJournal {

  /**
   * Waits until everything from {@code from} to before {@code to} is in the repository.
   *
   * @param cancelled asked now and then whether to give up
   * @throws io.mockupaws.core.failure.Failure WAL_NOT_DURABLE when the time is over; WAL_HOLE when
   *     some of it is missing for good; BACKUP_INTERRUPTED when cancelled; what ended the stream
   */
  void awaitDurable(
      Timeline timeline, Lsn from, Lsn to, Duration timeout, BooleanSupplier cancelled);
}
