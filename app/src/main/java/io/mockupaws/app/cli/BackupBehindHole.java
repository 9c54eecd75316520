package io.mockupaws.app.cli;

import io.mockupaws.engine.backup.BackupRequest;
import io.mockupaws.engine.journal.Hole;
import io.mockupaws.engine.journal.StreamState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

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

  /** What this process knows of holes. */
  private record Known(int shed, List<Hole> holes) {}

  private final OwnBackups backups;
  private final Supplier<List<Hole>> uncovered;
  private final List<String> taken = new CopyOnWriteArrayList<>();
  private final List<String> said = new CopyOnWriteArrayList<>();
  private Optional<Thread> running = Optional.empty();
  private volatile Optional<Known> settled = Optional.empty();
  private volatile Instant again = Instant.MIN;
  private volatile int covered;

  /** In a row that did not end with a backup behind every hole. */
  private volatile int attempts;

  /**
   * Of one stream.
   *
   * @param uncovered the holes behind which no backup begins
   */
  BackupBehindHole(OwnBackups backups, Supplier<List<Hole>> uncovered) {
    this.backups = backups;
    this.uncovered = uncovered;
  }

  /** The backups it took. */
  List<String> taken() {
    return taken;
  }

  /** Looks for holes when it is time, and begins a backup where one is needed; called often. */
  void look(StreamState state, Consumer<String> notes) {
    said.forEach(notes);
    said.clear();
    Known now = new Known(state.shed(), state.holes());
    boolean news = settled.filter(now::equals).isEmpty();
    boolean waits = (!news || attempts > 0) && backups.now().isBefore(again);
    if (waits || !OwnBackup.isUsable(state) || running.filter(Thread::isAlive).isPresent()) {
      return;
    }
    running = Optional.of(backups.start("backup-behind-hole", () -> attend(now)));
  }

  private void attend(Known now) {
    try {
      attempts++;
      List<Hole> holes = uncovered.get();
      if (!holes.isEmpty() || now.shed() != covered) {
        said.add("a backup behind the hole begins" + (holes.isEmpty() ? "" : ": " + named(holes)));
        take();
        covered = now.shed();
        holes = uncovered.get();
      }
      settled = Optional.of(now);
      attempts = holes.isEmpty() ? 0 : attempts;
    } catch (RuntimeException e) {
      // what another one takes may lie before the hole: its end is waited for
      attempts = OwnBackup.isOthersTurn(e) ? 1 : attempts;
      said.add("the backup behind the hole failed, it is begun again: " + OwnBackup.told(e));
    } finally {
      again = backups.now().plus(attempts == 0 ? LOOK : pause());
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
    String done = backups.take(BackupRequest.Kind.FULL).value();
    taken.add(done);
    said.add("backup " + done + " was taken behind the hole");
  }

  /** Stops one that is under way. */
  @Override
  public void close() {
    OwnBackup.end(running, backups);
  }
}
