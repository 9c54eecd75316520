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

/**
 * One connection: finds out who the server is and from where to stream, then receives until the
 * connection ends, the timeline ends or the stream is stopped.
 */
final class StreamSession implements AutoCloseable {
  private static final long GOODBYE_NANOS = Duration.ofSeconds(10).toNanos();

  private final StreamParts parts;
  private final DurablePosition durable;
  private final int segmentSize;
  private final WalConnection connection;
  private final ServerIdentity identity;
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
    parts.control().synchronous(connection.look().synchronous());
    Histories.Fetched fetched = parts.histories().fetch(connection, identity.timeline());
    TimelineHistory history = fetched.history();
    parts
        .control()
        .beforeOpening(
            () -> {
              parts.histories().store(fetched);
              parts.spool().met(identity);
            });
    boolean anew = parts.intake().end().isEmpty();
    if (anew) {
      beginAnew();
    } else if (!parts.settings().takesOver()) {
      Succession.demand(history, known -> !fetched.files().containsKey(known));
    }
    Position ours = parts.intake().end().orElseThrow();
    Route.Leg leg = Route.next(ours, identity, history, segmentSize);
    Optional<SlotState> slot = slot();
    if (!anew && slot.filter(SlotState::keeps).isEmpty()) {
      new Acquaintance(parts, connection).demand(ours, identity, leg, slot);
      makeSlot();
      return; // this connection streams without it
    }
    switch (leg) {
      case Route.GoOn(Optional<Lsn> until) -> {
        try {
          if (parts.control().isJumpWanted() && until.isEmpty()) {
            shed(ours);
          }
          parts.control().wantJump(false);
          receive(ours.timeline(), until);
        } catch (WalRemoved e) {
          if (!anew && until.isEmpty()) {
            new Acquaintance(parts, connection).demandMet(identity, slot, e);
          }
          goOnBehind(e, ours, until, history);
        }
      }
      case Route.Fork(Position to, Lsn fork) -> fork(ours, to, fork);
    }
  }

  /** The journal begins where the slot keeps WAL, or where the server is. */
  private void beginAnew() {
    SlotState slot = slot().filter(found -> !found.lost()).orElseGet(this::makeSlot);
    Lsn from = slot.restart().orElse(identity.flushed()).segmentStart(segmentSize);
    // The timeline's history comes before its WAL.
    parts.control().shut();
    jump(new Position(identity.timeline(), from), List.of());
  }

  private void jump(Position to, List<SegmentName> before) {
    parts.intake().jump(to, before);
    parts.line().begin(to);
  }

  private Optional<SlotState> slot() {
    return connection.slot(parts.settings().slot());
  }

  private SlotState makeSlot() {
    String name = parts.settings().slot();
    if (slot().isPresent()) {
      connection.dropSlot(name);
    }
    connection.createSlot(name);
    return slot().orElseThrow();
  }

  private void receive(Timeline timeline, Optional<Lsn> until) {
    Lsn start = parts.intake().end().orElseThrow().lsn().segmentStart(segmentSize);
    Lsn from = parts.control().isCompareLess() ? start : parts.intake().compareFrom();
    try {
      stream(timeline, from, until);
    } catch (WalRemoved e) {
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
    Optional<Branch.Leg> next = Branch.of(history).after(ours.timeline());
    Timeline timeline = until.isPresent() ? next.orElseThrow().timeline() : ours.timeline();
    Lsn low = SegmentName.containing(ours.timeline(), ours.lsn(), segmentSize).end();
    Lsn high =
        slot().flatMap(SlotState::restart).orElse(identity.flushed()).segmentStart(segmentSize);
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

  @Override
  public void close() {
    connection.close();
  }
}
