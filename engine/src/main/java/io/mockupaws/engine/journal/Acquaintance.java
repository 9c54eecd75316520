package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.util.Optional;

/**
 * Makes sure that a server without our slot is the one whose WAL we have, before it gets one: who
 * finds our slot later, after this process died, would take it for a sign that it is.
 */
final class Acquaintance {
  /** As much says something of a server's life; a page's header does not. */
  private static final int ONE_PAGE = 8192;

  private static final String NOT_MET = ", it was not compared on this host since it was started";

  private final StreamParts parts;
  private final WalConnection connection;
  private final int segmentSize;

  Acquaintance(StreamParts parts, WalConnection connection) {
    this.parts = parts;
    this.connection = connection;
    this.segmentSize = parts.repository().identity().walSegmentSize();
  }

  /**
   * Compares what the server sends around our end with what we have.
   *
   * @param ours up to where we have WAL
   * @param server may be the one that was compared last, and not be started since
   * @param leg where it would go on
   * @param slot ours, of no use: never streamed through, or lost
   * @throws Failure OTHER_LIFE when bytes differ, or when nothing can be compared and nobody said
   *     that the server takes over
   */
  void demand(Position ours, ServerIdentity server, Route.Leg leg, Optional<SlotState> slot) {
    try {
      boolean same =
          switch (leg) {
            case Route.GoOn _ -> goesOn(ours, slot);
            case Route.Fork(Position to, Lsn fork) ->
                isSame(ours.timeline(), to.timeline(), to.lsn(), fork);
          };
      if (!same) {
        throw silent();
      }
    } catch (WalRemoved e) {
      demandMet(server, slot, e);
    }
    if (leg instanceof Route.GoOn && !isUnused(slot) && isLittle(ours) && !isMet(server, slot)) {
      accept(slot, "the repository has too little WAL to be compared");
    }
  }

  /**
   * Our slot shows nothing where the server has removed what both would have: it came to a copy
   * with the files.
   *
   * @throws Failure OTHER_LIFE unless it was compared since it was started, or takes over
   */
  void demandMet(ServerIdentity server, Optional<SlotState> slot, WalRemoved gone) {
    if (!isMet(server, slot)) {
      accept(slot, "it has removed the WAL that both would have: " + gone.what());
    }
  }

  /** One run of a server is one life; without our slot nobody is believed. */
  private boolean isMet(ServerIdentity server, Optional<SlotState> slot) {
    return slot.isPresent() && !isUnused(slot) && parts.spool().hasMet(server);
  }

  /** As {@code init} makes it. */
  private static boolean isUnused(Optional<SlotState> slot) {
    return slot.filter(found -> !found.lost() && !found.keeps()).isPresent();
  }

  /**
   * What {@code wal push} filled ends where a segment does. The server may have removed the one
   * before; then the slot that {@code init} made there is all that can be asked for.
   */
  private boolean goesOn(Position ours, Optional<SlotState> slot) {
    try {
      return isSame(ours.timeline(), ours.timeline(), parts.intake().compareFrom(), ours.lsn());
    } catch (WalRemoved e) {
      if (isUnused(slot) && ours.lsn().equals(ours.lsn().segmentStart(segmentSize))) {
        return true;
      }
      throw e;
    }
  }

  private boolean isLittle(Position ours) {
    return ours.lsn().minus(parts.intake().compareFrom()) < ONE_PAGE;
  }

  private boolean isSame(Timeline ours, Timeline theirs, Lsn from, Lsn to) {
    KnownSegments known = new KnownSegments(parts.repository(), parts.line());
    try (Comparison comparison = new Comparison(known, ours, segmentSize, from, to)) {
      return SentWal.isSame(connection, comparison, theirs, from, parts.control()::isClosing);
    }
  }

  private static Failure silent() {
    return new Failure(
        ErrorCode.SERVER_ERROR,
        "the server did not send the WAL with which it is compared before it gets our slot",
        "Streaming goes on when it does.");
  }

  /** Nothing tells a primary whose slot was dropped or lost from a clone that was written to. */
  private void accept(Optional<SlotState> slot, String why) {
    if (parts.settings().takesOver()) {
      return;
    }
    throw new Failure(
        ErrorCode.OTHER_LIFE,
        "nothing shows that this is the server whose WAL the repository holds: "
            + slot.map(Acquaintance::told).orElse("it does not have our slot")
            + ", and "
            + why,
        "If it is the cluster's server, say so once: mockupaws stream --once --takes-over. It"
            + " records the hole; a serve goes on by itself, a stream is started again, and both"
            + " take the backup behind the hole; else take one. A copy gets a cluster of its own:"
            + " mockupaws init --as NEW, then mockupaws stream --as NEW.");
  }

  private static String told(SlotState slot) {
    if (slot.lost()) {
      return "our slot there is lost, as a copy's would be too" + NOT_MET;
    }
    return slot.keeps()
        ? "our slot there begins behind our end, as a copy's may" + NOT_MET
        : "our slot there was never streamed through";
  }
}
