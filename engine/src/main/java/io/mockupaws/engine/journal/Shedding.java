package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.cluster.PrimaryDisk;
import io.mockupaws.engine.cluster.SlotUsage;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets the server remove WAL that the repository cannot take, where the operator chose its disk
 * first. In this order: the hole is noted in the spool and forced to disk; then the position behind
 * it may be reported to the server. What the spool holds of it stays there and is brought into the
 * repository later, which closes the hole again; what the spool has no room for is lost.
 *
 * <p>Never while commits wait for this stream: they would return although nothing has their WAL.
 */
final class Shedding {
  static final String REASON = "shed to protect the server's disk: ";

  /**
   * So many looks of the watch ago there must not have been more: a stream that catches up does.
   */
  private static final int LOOKS = 2;

  private final JournalSettings settings;
  private final Line line;
  private final StreamControl control;
  private final HoleBook holes;
  private volatile Optional<Position> shed = Optional.empty();
  private final AtomicInteger count = new AtomicInteger();
  private final Deque<Look> looks = new ArrayDeque<>();

  private record Look(long held, Optional<Position> written) {}

  /**
   * As it stands at the start of a process.
   *
   * @param notes the holes that an earlier process noted: what lies before them was reported as
   *     flushed, and nothing before that may be again
   */
  Shedding(
      JournalSettings settings,
      Line line,
      StreamControl control,
      HoleBook holes,
      List<Hole> notes) {
    this.settings = settings;
    this.line = line;
    this.control = control;
    this.holes = holes;
    this.shed =
        notes.stream()
            .max(Comparator.comparingInt((Hole h) -> h.timeline().id()).thenComparing(Hole::to))
            .map(hole -> new Position(hole.timeline(), hole.to()));
  }

  /** Up to where WAL of a timeline was given up: the server may remove what lies before. */
  Optional<Lsn> upTo(Timeline timeline) {
    return shed.filter(position -> position.timeline().equals(timeline)).map(Position::lsn);
  }

  /** How often. */
  int count() {
    return count.get();
  }

  /** What the watch saw: sheds when the limit is passed, and the stream does not catch up. */
  void look(SlotUsage usage, PrimaryDisk disk) {
    Line.Positions positions = line.positions();
    holes.forgetNotes(positions.stored());
    Look now = new Look(disk.held(), positions.written());
    Optional<Look> before = looks.size() < LOOKS ? Optional.empty() : Optional.of(looks.getFirst());
    looks.addLast(now);
    if (looks.size() > LOOKS) {
      looks.removeFirst();
    }
    boolean stuck = before.filter(look -> now.held() >= look.held()).isPresent();
    if (stuck && mayShed() && isPassed(disk) && !control.isJumpWanted()) {
      shed(usage, disk, positions, before.get());
    }
  }

  private boolean mayShed() {
    return settings.primaryDisk().choice() == PrimaryDiskPolicy.Choice.SHED
        && control.isOpen()
        && !control.isSynchronous();
  }

  private static boolean isPassed(PrimaryDisk disk) {
    return disk.limit().isPresent() && disk.held() >= disk.limit().getAsLong();
  }

  /** First what the spool holds; when that does not help, what it has no room for. */
  private void shed(SlotUsage usage, PrimaryDisk disk, Line.Positions positions, Look before) {
    Optional<Position> written = positions.written();
    if (written.isEmpty() || positions.stored().isEmpty()) {
      return;
    }
    Position end = written.get();
    Lsn stored =
        positions
            .stored()
            .filter(at -> at.timeline().equals(end.timeline()))
            .map(Position::lsn)
            .orElse(Lsn.ZERO);
    Lsn from = Lsn.max(stored, upTo(end.timeline()).orElse(Lsn.ZERO));
    if (!from.equals(Lsn.ZERO) && from.isBefore(end.lsn())) {
      give(new Hole(end.timeline(), from, end.lsn(), Hole.Kind.MISSING, reason(disk)));
    }
    boolean full = before.written().equals(written);
    if (full && usage.end().minus(end.lsn()) >= disk.limit().orElseThrow()) {
      control.wantJump(true);
    }
  }

  private static String reason(PrimaryDisk disk) {
    return REASON
        + disk.held()
        + " bytes of WAL were kept for the slot, and the repository took none";
  }

  /** Goes on elsewhere: what lies between was never received. */
  void jumped(Optional<Hole> hole) {
    hole.ifPresent(this::give);
    control.wantJump(false);
  }

  private void give(Hole hole) {
    holes.addLocally(hole);
    shed = Optional.of(new Position(hole.timeline(), hole.to()));
    count.incrementAndGet();
    line.wake();
  }
}
