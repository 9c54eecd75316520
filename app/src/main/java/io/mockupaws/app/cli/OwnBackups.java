package io.mockupaws.app.cli;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.engine.backup.BackupRequest;
import io.mockupaws.engine.journal.StreamState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** What those need who decide when {@code stream} takes a backup by itself. */
interface OwnBackups {
  /**
   * Takes one.
   *
   * @param kind full where it is known that nothing can be built on: behind a hole WAL that would
   *     lead there does not come, and waiting for it costs minutes
   * @throws io.mockupaws.core.failure.Failure as every backup
   */
  BackupId take(BackupRequest.Kind kind);

  /**
   * Consolidates one when it is time.
   *
   * @param yields asked often whether something more urgent came
   * @return what became of it, in words; empty when it was not time
   */
  Optional<String> consolidate(BackupId taken, BooleanSupplier yields);

  /** What is under way ends soon, and nothing begins any more. */
  void cancel();

  Instant now();

  /** How the stream stands at this moment. */
  StreamState stream();

  /** Does something beside the stream. */
  Thread start(String name, Runnable work);

  /** How long one may take to end when it is stopped. */
  default Duration patience() {
    return Duration.ofSeconds(20);
  }
}
