package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.backup.BackupProgress;
import io.mockupaws.engine.backup.BackupRequest;
import io.mockupaws.engine.backup.BackupResult;
import io.mockupaws.engine.backup.Backups;
import io.mockupaws.engine.backup.JournalWal;
import io.mockupaws.engine.consolidation.Consolidated;
import io.mockupaws.engine.consolidation.Consolidations;
import io.mockupaws.engine.journal.JournalStream;
import io.mockupaws.engine.journal.StreamState;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** A backup that {@code stream} takes by itself, beside its work; nobody follows it. */
final class OwnBackup {
  private static final Duration LAST_WORD = Duration.ofMillis(500);
  private static final Duration TIDYING = Duration.ofSeconds(20);

  private final Session session;
  private final Config config;
  private final OpenCluster open;
  private final BooleanSupplier cancelled;

  OwnBackup(Session session, Config config, OpenCluster open, BooleanSupplier cancelled) {
    this.session = session;
    this.config = config;
    this.open = open;
    this.cancelled = cancelled;
  }

  /** Whether a backup has what it needs of the stream. */
  static boolean isUsable(StreamState state) {
    return state.phase() == StreamState.Phase.STREAMING
        && state.unrecordedHoles() == 0
        && state.lastError().isEmpty();
  }

  /**
   * Waits for one that was told to stop; where server or store are away, not long: what it leaves
   * is as after a kill, and the next backup uses it.
   */
  static void end(Optional<Thread> running, JournalStream stream) {
    Duration patience = isUsable(stream.state()) ? TIDYING : LAST_WORD;
    running.ifPresent(
        thread -> {
          try {
            thread.join(patience);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /**
   * Takes it, and consolidates it when it is time.
   *
   * @return what was taken, in words
   * @throws Failure as every backup
   */
  Taken take() {
    StreamSetting setting = new StreamSetting(session.parts(), config, open);
    Backups backups =
        new Backups(
            open.cluster(),
            session.parts().address(config.server().orElseThrow()),
            session.parts().random());
    try (JournalWal wal =
        JournalWal.open(
            open.repository().id(),
            open.cluster(),
            setting.server(),
            setting.journal(),
            session.parts().clock(),
            cancelled)) {
      BackupResult result = backups.take(BackupRequest.usual(), wal, progress());
      return new Taken(result, consolidated(result));
    }
  }

  /**
   * What was taken.
   *
   * @param consolidated in words; empty when it was not time for it
   */
  record Taken(BackupResult result, Optional<String> consolidated) {
    /** The name under which it is found. */
    String id() {
      return result.id().value();
    }
  }

  private Optional<String> consolidated(BackupResult result) {
    try {
      return new Consolidations(open.cluster(), session.parts().clock(), session.parts().random())
          .whenDue(result.id(), (_, _) -> !cancelled.getAsBoolean())
          .map(Consolidated::id)
          .map(id -> "it was consolidated as " + id);
    } catch (Failure e) {
      return Optional.of("it is not consolidated: " + e.what());
    }
  }

  private BackupProgress progress() {
    return new BackupProgress() {
      @Override
      public void report(State state) {}

      @Override
      public boolean cancelled() {
        return cancelled.getAsBoolean();
      }
    };
  }
}
