package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.backup.BackupProgress;
import io.mockupaws.engine.backup.BackupRequest;
import io.mockupaws.engine.backup.BackupResult;
import io.mockupaws.engine.backup.Backups;
import io.mockupaws.engine.backup.JournalWal;
import io.mockupaws.engine.journal.Hole;
import io.mockupaws.engine.journal.JournalStream;
import io.mockupaws.engine.journal.StreamState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Takes the backup that WAL behind a hole needs to be of use: as soon as the hole is on record and
 * WAL streams, whatever made the hole and whichever process met it. One that fails, or that does
 * not begin behind every hole, is followed by another, after longer and longer pauses.
 */
final class BackupBehindHole implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofSeconds(30);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  /** Others record holes too: {@code wal push} does, where it goes alone. */
  private static final Duration LOOK = Duration.ofMinutes(10);

  private static final Duration LAST_WORD = Duration.ofMillis(500);
  private static final Duration TIDYING = Duration.ofSeconds(20);

  /** What this process knows of holes. */
  private record Known(int shed, List<Hole> holes) {}

  private final Session session;
  private final Config config;
  private final OpenCluster open;
  private final JournalStream stream;
  private final AtomicBoolean cancelled = new AtomicBoolean();
  private final List<String> taken = new CopyOnWriteArrayList<>();
  private final List<String> said = new CopyOnWriteArrayList<>();
  private Optional<Thread> running = Optional.empty();
  private volatile Optional<Known> settled = Optional.empty();
  private volatile Instant again = Instant.MIN;
  private volatile int covered;

  /** In a row that did not end with a backup behind every hole. */
  private volatile int attempts;

  BackupBehindHole(Session session, Config config, OpenCluster open, JournalStream stream) {
    this.session = session;
    this.config = config;
    this.open = open;
    this.stream = stream;
  }

  /** The backups it took. */
  List<String> taken() {
    return taken;
  }

  /** Looks for holes when it is time, and begins a backup where one is needed; called often. */
  void look(StreamState state, StreamReport report) {
    said.forEach(report::note);
    said.clear();
    Known now = new Known(state.shed(), state.holes());
    boolean news = settled.filter(now::equals).isEmpty();
    boolean waits = (!news || attempts > 0) && session.now().isBefore(again);
    if (waits || !isUsable(state) || running.filter(Thread::isAlive).isPresent()) {
      return;
    }
    running = Optional.of(Thread.ofVirtual().name("backup-behind-hole").start(() -> attend(now)));
  }

  private static boolean isUsable(StreamState state) {
    return state.phase() == StreamState.Phase.STREAMING
        && state.unrecordedHoles() == 0
        && state.lastError().isEmpty();
  }

  private void attend(Known now) {
    try {
      attempts++;
      List<Hole> holes = stream.uncoveredHoles();
      if (!holes.isEmpty() || now.shed() != covered) {
        said.add("a backup behind the hole begins" + (holes.isEmpty() ? "" : ": " + named(holes)));
        take();
        covered = now.shed();
        holes = stream.uncoveredHoles();
      }
      settled = Optional.of(now);
      attempts = holes.isEmpty() ? 0 : attempts;
    } catch (Failure e) {
      said.add("the backup behind the hole failed, it is begun again: " + e.what());
    } finally {
      again = session.now().plus(attempts == 0 ? LOOK : pause());
    }
  }

  /** Doubles, since each backup costs the server something. */
  private Duration pause() {
    Duration pause = PAUSE.multipliedBy(1L << Math.min(attempts - 1, 10));
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }

  private static String named(List<Hole> holes) {
    Hole first = holes.getFirst();
    return "WAL from "
        + first.from()
        + " to "
        + first.to()
        + switch (first.kind()) {
          case MISSING -> " is missing";
          case DAMAGED -> " cannot be read";
        }
        + (holes.size() == 1 ? "" : ", and " + Units.count(holes.size() - 1L, "more hole"));
  }

  private void take() {
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
      said.add("backup " + result.id().value() + " was taken behind the hole");
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

  /**
   * Stops one that is under way, and waits for it; where server or store are away, not long: what
   * it leaves is as after a kill, and the next backup uses it.
   */
  @Override
  public void close() {
    cancelled.set(true);
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
}
