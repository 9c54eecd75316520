package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.TimelineHistory;
import io.mockupaws.engine.repository.ClusterIdentity;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * One connection: finds out who the server is and from where to stream, then receives until the
 * connection ends, the timeline ends or the stream is stopped.
 */
final class StreamSession implements AutoCloseable {
  private static final long GOODBYE_NANOS = Duration.ofSeconds(10).toNanos();

  private static final int SLOT_ATTEMPTS = 20;
  private static final long SLOT_PAUSE_NANOS = Duration.ofMillis(100).toNanos();

  private final StreamParts parts;
  private final DurablePosition durable;
  private final int segmentSize;
  private final WalConnection connection;
  private final ServerIdentity identity;
  private boolean slotMade;
  private volatile Optional<Receiver> receiver = Optional.empty();

  StreamSession(StreamParts parts) {
    this.parts = parts;
    this.durable = new DurablePosition(parts);
    this.segmentSize = parts.repository().identity().walSegmentSize();
    this.connection = parts.server().connect();
    this.identity = identify();
  }

  private ServerIdentity identify() {
    try {
      ServerIdentity found = connection.identify();
      demandSystem(found, parts.repository().identity());
      if (found.segmentSize() != segmentSize) {
        throw new Failure(
            ErrorCode.SERVER_CHANGED,
            "the server's WAL segments have "
                + found.segmentSize()
                + " bytes, those of the"
                + " repository "
                + segmentSize,
            "Give the server a cluster of its own: mockupaws init --as NEW.");
      }
      return found;
    } catch (RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /**
   * Refuses a server of another system.
   *
   * @throws Failure FOREIGN_CLUSTER
   */
  static void demandSystem(ServerIdentity found, ClusterIdentity ours) {
    if (found.systemIdentifier() != ours.systemIdentifier()) {
      throw new Failure(
          ErrorCode.FOREIGN_CLUSTER,
          "the server has the system identifier "
              + Long.toUnsignedString(found.systemIdentifier())
              + ", the cluster "
              + ours.name()
              + " has "
              + Long.toUnsignedString(ours.systemIdentifier()),
          "Check the address, or give this server a cluster of its own: mockupaws init --as NEW,"
              + " then mockupaws stream --as NEW.");
    }
  }

  Optional<Receiver> receiver() {
    return receiver;
  }

  Timeline timeline() {
    return identity.timeline();
  }

  WalConnection connection() {
    return connection;
  }

  /** Returns when the stream is stopped, or when another connection has to go on. */
  void run() {
    try {
      follow();
    } catch (Failure e) {
      if (e.code() == ErrorCode.OTHER_LIFE && (slotMade || parts.control().isSlotMissed())) {
        removeSlot();
      }
      throw e;
    }
  }

  private void follow() {
    parts.control().synchronous(connection.look().synchronous());
    Histories.Fetched fetched = parts.histories().fetch(connection, identity.timeline());
    TimelineHistory history = fetched.history();
    parts.control().beforeOpening(() -> parts.histories().store(fetched));
    if (parts.intake().end().isEmpty()) {
      beginAnew();
    } else if (!parts.settings().takesOver()) {
      Succession.demand(history, known -> !fetched.files().containsKey(known));
    }
    Position ours = parts.intake().end().orElseThrow();
    switch (Route.next(ours, identity, history, segmentSize)) {
      case Route.GoOn(Optional<Lsn> until) -> {
        try {
          if (parts.control().isJumpWanted() && until.isEmpty()) {
            shed(ours);
          }
          parts.control().wantJump(false);
          receive(ours.timeline(), until);
        } catch (WalRemoved e) {
          goOnBehind(e, ours, until, history);
        }
      }
      case Route.Fork(Position to, Lsn fork) -> fork(ours, to, fork);
    }
  }

  /** The journal begins where the slot keeps WAL, or where the server is. */
  private void beginAnew() {
    SlotState slot = slot();
    Lsn from = slot.restart().orElse(identity.flushed()).segmentStart(segmentSize);
    // The timeline's history comes before its WAL.
    parts.control().shut();
    jump(new Position(identity.timeline(), from), List.of());
  }

  private void jump(Position to, List<SegmentName> before) {
    parts.intake().jump(to, before);
    parts.line().begin(to);
  }

  private SlotState slot() {
    String name = parts.settings().slot();
    Optional<SlotState> found = connection.slot(name);
    if (found.isEmpty() && !slotMade) {
      parts.control().slotMissed();
    }
    if (found.isPresent() && !found.get().lost()) {
      return found.get();
    }
    if (found.isPresent()) {
      connection.dropSlot(name);
    }
    connection.createSlot(name);
    slotMade = true;
    return connection.slot(name).orElseThrow();
  }

  /** On a server that is refused it would keep WAL for nobody, until its disk is full. */
  private void removeSlot() {
    connection.close(); // the slot is free once its stream has ended
    for (int attempt = 0; attempt < SLOT_ATTEMPTS; attempt++) {
      try (WalConnection again = parts.server().connect()) {
        again.dropSlot(parts.settings().slot());
        return;
      } catch (Failure e) {
        LockSupport.parkNanos(SLOT_PAUSE_NANOS);
      }
    }
  }

  private void receive(Timeline timeline, Optional<Lsn> until) {
    slot();
    Lsn start = parts.intake().end().orElseThrow().lsn().segmentStart(segmentSize);
    boolean less = parts.control().isCompareLess() && !mustCompare();
    Lsn from = less ? start : parts.intake().compareFrom();
    try {
      stream(timeline, from, until);
    } catch (WalRemoved e) {
      demandComparable(e);
      if (!from.isBefore(start) || parts.intake().isCompared()) {
        throw e;
      }
      parts.control().compareLess(true);
    }
  }

  private void stream(Timeline timeline, Lsn from, Optional<Lsn> until) {
    WalFeed feed = connection.start(Optional.of(parts.settings().slot()), timeline, from);
    parts.intake().begin(from);
    if (parts.intake().isCompared()) {
      parts.control().open();
    }
    Receiver receiving =
        new Receiver(
            feed,
            parts.buffer(),
            parts.line(),
            () -> durable.on(timeline),
            new Position(timeline, from),
            until,
            identity.senderTimeout());
    receiver = Optional.of(receiving);
    try {
      receiving.run(parts.control());
    } catch (Failure e) {
      parts.buffer().drain();
      throw parts.buffer().takeFailure().orElse(e);
    }
    parts.buffer().drain();
    Optional<Failure> failure = parts.buffer().takeFailure();
    if (failure.isPresent()) {
      throw failure.get();
    }
    if (until.isEmpty()) {
      sayGoodbye(receiving);
    }
  }

  /** Stores what was received and tells the server, so that it need not send that again. */
  private void sayGoodbye(Receiver receiving) {
    parts.line().await(() -> isStored(receiving) || parts.control().isOver(), GOODBYE_NANOS);
    receiving.status();
  }

  private boolean isStored(Receiver receiving) {
    return parts
        .line()
        .positions()
        .stored()
        .filter(position -> !position.lsn().isBefore(receiving.received()))
        .isPresent();
  }

  private void fork(Position ours, Position to, Lsn fork) {
    SegmentName before = SegmentName.containing(ours.timeline(), to.lsn().plus(-1), segmentSize);
    boolean whole =
        new KnownSegments(parts.repository(), parts.line())
            .index(before)
            .filter(index -> index.length() == segmentSize)
            .isPresent();
    parts.control().shut();
    jump(to, whole ? List.of(before) : List.of());
    parts.intake().compareFork(ours.timeline(), to.lsn(), fork);
    receive(to.timeline(), Optional.empty());
  }

  /** Goes on where the server is: what lies between stays behind for good. */
  private void shed(Position ours) {
    Lsn to = identity.flushed().segmentStart(segmentSize);
    boolean behind = ours.lsn().isBefore(to);
    parts
        .shedding()
        .jumped(
            behind
                ? Optional.of(
                    new Hole(
                        ours.timeline(),
                        ours.lsn(),
                        to,
                        Hole.Kind.MISSING,
                        Shedding.REASON + "the spool had no room for more WAL"))
                : Optional.empty());
    if (behind) {
      jump(new Position(ours.timeline(), to), List.of());
    }
  }

  private void goOnBehind(
      WalRemoved gone, Position ours, Optional<Lsn> until, TimelineHistory history) {
    demandComparable(gone);
    Optional<Branch.Leg> next = Branch.of(history).after(ours.timeline());
    Timeline timeline = until.isPresent() ? next.orElseThrow().timeline() : ours.timeline();
    Lsn low = SegmentName.containing(ours.timeline(), ours.lsn(), segmentSize).end();
    Lsn high = slot().restart().orElse(identity.flushed()).segmentStart(segmentSize);
    Lsn begin = until.map(fork -> fork.segmentStart(segmentSize)).orElse(low);
    Lsn from =
        begin.isBefore(high)
            ? new OldestWal(parts.server(), timeline, segmentSize).find(begin, high)
            : high;
    if (ours.lsn().isBefore(from)) {
      parts
          .holes()
          .add(new Hole(ours.timeline(), ours.lsn(), from, Hole.Kind.MISSING, gone.what()));
    }
    boolean leaves = !timeline.equals(ours.timeline());
    if (leaves) {
      parts.control().shut();
    }
    jump(new Position(timeline, from), List.of());
    if (leaves && from.isBefore(ours.lsn())) {
      parts.intake().compareFork(ours.timeline(), from, ours.lsn());
    }
  }

  /** Whether nobody knows the server yet. */
  private boolean mustCompare() {
    return parts.control().isSlotMissed() && !parts.settings().takesOver();
  }

  /**
   * Without our slot, and without a byte that both have, nothing tells a primary whose slot was
   * dropped from a clone that was written to: whoever knows has to say it.
   */
  private void demandComparable(WalRemoved gone) {
    if (!mustCompare()) {
      return;
    }
    throw new Failure(
        ErrorCode.OTHER_LIFE,
        "nothing shows that this is the server whose WAL the repository holds: it does not have our"
            + " slot, and has removed the WAL that both would have: "
            + gone.what(),
        "If it is the cluster's server and the slot was dropped, say so once: mockupaws stream"
            + " --takes-over; the hole is recorded and a backup taken behind it. A copy gets a"
            + " cluster of its own: mockupaws init --as NEW, then mockupaws stream --as NEW.");
  }

  @Override
  public void close() {
    connection.close();
  }
}
