package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Lease;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Records holes in the repository. Until a hole is recorded nothing behind it may be reported to
 * the server as flushed. Runs in a thread of its own.
 */
final class HoleBook implements Runnable {
  private final ClusterRepository repository;
  private final JournalKeys keys;
  private final Lease lease;
  private final Line line;
  private final StreamControl control;
  private final Spool spool;
  private final InstantSource clock;
  private final List<Hole> pending = new CopyOnWriteArrayList<>();
  private final List<Hole> noted = new CopyOnWriteArrayList<>();
  private final List<Hole> recorded = new CopyOnWriteArrayList<>();

  /** Broken records behind which no backup is known, and what may be reported because of each. */
  private final Map<Hole, Lsn> held = new ConcurrentHashMap<>();

  HoleBook(
      ClusterRepository repository,
      Lease lease,
      Line line,
      StreamControl control,
      Spool spool,
      InstantSource clock) {
    this.repository = repository;
    this.keys = new JournalKeys(repository.prefix());
    this.lease = lease;
    this.line = line;
    this.control = control;
    this.spool = spool;
    this.clock = clock;
  }

  void add(Hole hole) {
    if (hole.kind() == Hole.Kind.DAMAGED) {
      held.put(hole, hole.from());
    }
    pending.add(hole);
    line.wake();
  }

  /** One that a delivered segment brought, which is on record already. */
  void delivered(Hole hole) {
    recorded.add(hole);
  }

  /**
   * Broken records that an earlier process met. It reported what it reported: until a backup lies
   * behind them nothing is added to that.
   */
  void holdFromBefore(List<Hole> holes) {
    holes.forEach(hole -> held.put(hole, Lsn.ZERO));
  }

  /** The broken records on record behind which no backup is known. */
  List<Hole> heldHoles() {
    return held.keySet().stream().filter(hole -> !pending.contains(hole)).toList();
  }

  /** What may be reported at most while nothing behind a broken record is; empty without one. */
  Optional<Lsn> heldAt() {
    return held.values().stream().min(Lsn::compareTo);
  }

  /** A backup lies behind them. */
  void covered(List<Hole> holes) {
    held.keySet().removeAll(holes);
    line.wake();
  }

  /**
   * As above, for a hole that the store may take long to record: it is durable in the spool when
   * this returns.
   *
   * @throws Failure LOCAL_FILE, DISK_FULL: then it is as if nothing had been said
   */
  void addLocally(Hole hole) {
    spool.note(name(hole), new HoleRecord(hole, clock.instant()).encode());
    noted.add(hole);
    add(hole);
  }

  /**
   * Lets go of notes that are of no more use: the repository knows the hole, and everything up to
   * its end is stored, so that nothing before it will be reported again.
   */
  void forgetNotes(Optional<Position> stored) {
    for (Hole hole : List.copyOf(noted)) {
      boolean passed =
          stored
              .filter(at -> at.timeline().equals(hole.timeline()))
              .filter(at -> !at.lsn().isBefore(hole.to()))
              .isPresent();
      if (passed && !pending.contains(hole)) {
        spool.forgetNote(name(hole));
        noted.remove(hole);
      }
    }
  }

  /** What an earlier process noted. */
  void resume(List<Hole> notes) {
    noted.addAll(notes);
    notes.forEach(this::add);
  }

  private static String name(Hole hole) {
    return JournalKeys.holeName(hole.timeline(), hole.from(), hole.to());
  }

  /** How many are not recorded in the repository yet. */
  int unrecordedCount() {
    return pending.size();
  }

  /** Where the first hole begins that is not recorded yet. */
  Optional<Lsn> unrecorded() {
    return pending.stream().map(Hole::from).min(Lsn::compareTo);
  }

  /** The holes this stream has met. */
  List<Hole> holes() {
    List<Hole> all = new ArrayList<>(recorded);
    all.addAll(pending);
    return all;
  }

  @Override
  public void run() {
    Retry retry = new Retry(Duration.ofMillis(100), Duration.ofSeconds(5));
    while (control.fatal().isEmpty()) {
      line.await(() -> (control.isOpen() && !pending.isEmpty()) || control.isOver());
      if (pending.isEmpty() || !control.isOpen()) {
        if (control.isStopping()) {
          return;
        }
        continue;
      }
      try {
        record(pending.getFirst());
        retry.succeeded();
      } catch (Failure e) {
        control.error(e);
        if (control.isStopping()) {
          return;
        }
        line.await(control::isOver, retry.failed());
      }
    }
  }

  private void record(Hole hole) {
    lease.check();
    repository.put(
        keys.hole(hole.timeline(), hole.from(), hole.to()),
        ObjectKind.RECORD,
        new HoleRecord(hole, clock.instant()).encode());
    recorded.add(hole);
    pending.remove(hole);
    line.wake();
  }

  /** Forgets what was healed. */
  void healed(Hole hole) {
    recorded.remove(hole);
  }
}
