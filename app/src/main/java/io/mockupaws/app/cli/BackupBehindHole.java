package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.backup.BackupProgress;
import io.mockupaws.engine.backup.BackupRequest;
import io.mockupaws.engine.backup.BackupResult;
import io.mockupaws.engine.backup.Backups;
import io.mockupaws.engine.backup.JournalWal;
import io.mockupaws.engine.journal.StreamState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Takes the backup that WAL behind a hole needs to be of use, as soon as the repository takes WAL
 * again. One that fails is begun again.
 */
final class BackupBehindHole implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofSeconds(30);

  private final Session session;
  private final Config config;
  private final OpenCluster open;
  private final AtomicBoolean cancelled = new AtomicBoolean();
  private final List<String> taken = new CopyOnWriteArrayList<>();
  private final List<String> said = new CopyOnWriteArrayList<>();
  private Optional<Thread> running = Optional.empty();
  private Instant again = Instant.MIN;
  private volatile int covered;

  BackupBehindHole(Session session, Config config, OpenCluster open) {
    this.session = session;
    this.config = config;
    this.open = open;
  }

  /** The backups it took. */
  List<String> taken() {
    return taken;
  }

  /** Begins one when it is time; called now and then. */
  void look(StreamState state, StreamReport report) {
    said.forEach(report::note);
    said.clear();
    boolean busy = running.filter(Thread::isAlive).isPresent();
    boolean usable =
        state.phase() == StreamState.Phase.STREAMING
            && state.unrecordedHoles() == 0
            && state.lastError().isEmpty();
    if (state.shed() == covered || busy || !usable || session.now().isBefore(again)) {
      return;
    }
    int upTo = state.shed();
    again = session.now().plus(PAUSE);
    report.note("a backup behind the hole begins");
    running = Optional.of(Thread.ofVirtual().name("backup-behind-hole").start(() -> take(upTo)));
  }

  private void take(int upTo) {
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
            cancelled::get)) {
      BackupResult result = backups.take(BackupRequest.usual(), wal, progress());
      taken.add(result.id().value());
      covered = upTo;
      said.add("backup " + result.id().value() + " was taken behind the hole");
    } catch (Failure e) {
      said.add("the backup behind the hole failed, it is begun again: " + e.what());
    }
  }

  /** Nobody follows it; it ends with the stream. */
  private BackupProgress progress() {
    return new BackupProgress() {
      @Override
      public void report(State state) {}

      @Override
      public boolean cancelled() {
        return cancelled.get();
      }
    };
  }

  /** Stops one that is under way, and waits for it. */
  @Override
  public void close() {
    cancelled.set(true);
    running.ifPresent(
        thread -> {
          try {
            thread.join();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }
}
