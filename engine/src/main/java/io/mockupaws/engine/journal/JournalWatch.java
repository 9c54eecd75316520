package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.repository.ClusterRepository;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for WAL that another process streams into the same repository. */
public final class JournalWatch implements DurableJournal {
  private static final long INTERVAL_NANOS = Duration.ofMillis(250).toNanos();

  private final Coverage coverage;

  public JournalWatch(ClusterRepository repository) {
    this.coverage = new Coverage(repository);
  }

  @Override
  public void awaitDurable(
      Timeline timeline, Lsn from, Lsn to, Duration timeout, BooleanSupplier cancelled) {
    long deadline = System.nanoTime() + timeout.toNanos();
    Lsn reached = from;
    while (true) {
      Optional<Lsn> missing = coverage.firstMissing(timeline, reached, to);
      if (missing.isEmpty()) {
        return;
      }
      reached = missing.get();
      if (cancelled.getAsBoolean()) {
        throw new Failure(
            ErrorCode.BACKUP_INTERRUPTED,
            "waiting for WAL was broken off",
            "Start it again; nothing has to be cleaned up.");
      }
      if (System.nanoTime() - deadline >= 0) {
        throw new Failure(
            ErrorCode.WAL_NOT_DURABLE,
            "the stream of another process has not brought the WAL from "
                + reached
                + " to "
                + to
                + " into the repository within "
                + timeout,
            "See with mockupaws status whether it still runs and what it waits for.");
      }
      LockSupport.parkNanos(INTERVAL_NANOS);
    }
  }
}
