package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.wal.WalRecord;
import io.mockupaws.core.wal.WalSink;
import io.mockupaws.core.wal.WalState;
import io.mockupaws.core.wal.WalWalk;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Walks over the records of a part of the journal, segment by segment, streaming. Used once. */
final class JournalWalk {
  private static final int READ_BYTES = 256 * 1024;

  /** Decides after each record whether the walk goes on. */
  @FunctionalInterface
  interface Step {
    boolean goOn(WalRecord record);
  }

  private final Journal journal;
  private final JournalView view;
  private final Timeline branch;
  private boolean done;

  JournalWalk(Journal journal, JournalView view, Timeline branch) {
    this.journal = journal;
    this.view = view;
    this.branch = branch;
  }

  /**
   * Hands over the records that begin at or behind {@code from} and before {@code to}.
   *
   * @throws Failure WAL_HOLE, WAL_DAMAGED when not all of them are there
   */
  void all(Lsn from, Lsn to, WalSink sink) {
    WalWalk walk =
        some(
            from,
            to,
            record -> {
              if (!record.start().isBefore(from)) {
                sink.record(record);
              }
              return true;
            });
    demandReached(walk, to);
  }

  /**
   * The same from where a segment begins, behind WAL that cannot be read: the record that goes on
   * into it is passed over.
   *
   * @throws Failure WAL_HOLE, WAL_DAMAGED when not all of them are there
   */
  void allBehind(Lsn from, Lsn to, WalSink sink) {
    SegmentName begin = view.segmentAt(branch, from).orElseThrow(() -> hole(from));
    WalWalk walk =
        behind(
            begin,
            to,
            record -> {
              if (!record.start().isBefore(from)) {
                sink.record(record);
              }
              return true;
            });
    demandReached(walk, to);
  }

  /**
   * Hands over the records that end behind {@code from} and begin before {@code to}: the one too
   * that goes across {@code from}, if what lies before is there.
   *
   * @throws Failure WAL_HOLE, WAL_DAMAGED when not all of them are there
   */
  void reaching(Lsn from, Lsn to, WalSink sink) {
    Lsn before = from.equals(Lsn.ZERO) ? from : from.plus(-1);
    Lsn begin = view.segmentAt(branch, before).isPresent() ? before : from;
    WalWalk walk =
        some(
            begin,
            to,
            record -> {
              if (record.end().isAfter(from)) {
                sink.record(record);
              }
              return true;
            });
    if (!done && walk.state() instanceof WalState.Ended ended) {
      throw hole(ended.at());
    }
    demandReached(walk, to);
  }

  private void demandReached(WalWalk walk, Lsn to) {
    if (!done && walk.state() instanceof WalState.Damaged damaged) {
      throw new Failure(
          ErrorCode.WAL_DAMAGED,
          "the WAL cannot be read on: " + damaged.damage(),
          "Recover to a moment before it, or from a backup taken behind it.");
    }
    if (!done && walk.position().isBefore(to)) {
      throw hole(walk.position());
    }
  }

  /**
   * Hands over the whole records that begin before {@code to}, beginning at the latest with the one
   * that {@code from} lies in, until a step says to stop or the journal has no more of them.
   */
  WalWalk some(Lsn from, Lsn to, Step step) {
    return behind(beginning(from), to, step);
  }

  /**
   * The same, beginning with a segment whatever goes on into it: asks for no index, so that one can
   * be made by it.
   */
  WalWalk behind(SegmentName begin, Lsn to, Step step) {
    WalWalk walk =
        new WalWalk(
            journal.segmentSize(),
            branch,
            begin.start(),
            record -> {
              boolean wanted = !done && record.start().isBefore(to);
              done = !wanted || !step.goOn(record) || !record.end().isBefore(to);
            });
    Optional<SegmentName> segment = Optional.of(begin);
    while (!done && segment.isPresent() && walk.state() instanceof WalState.Reading) {
      feed(walk, segment.get());
      boolean whole = view.length(segment.get()) == journal.segmentSize();
      segment = whole ? view.segmentAt(branch, segment.get().end()) : Optional.empty();
    }
    return walk;
  }

  private void feed(WalWalk walk, SegmentName segment) {
    byte[] buffer = new byte[READ_BYTES];
    try (InputStream in = journal.open(view, segment)) {
      for (int count = in.read(buffer); count > 0 && !done; count = in.read(buffer)) {
        walk.feed(ByteBuffer.wrap(buffer, 0, count));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Failure hole(Lsn at) {
    return new Failure(
        ErrorCode.WAL_HOLE,
        "the repository does not have the WAL from " + at + " on",
        "See with mockupaws window what can be recovered.");
  }

  /**
   * Where to begin reading so that the record that {@code from} lies in is whole: its segment, or
   * an earlier one when no record begins in it up to there.
   */
  private SegmentName beginning(Lsn from) {
    SegmentName segment = view.segmentAt(branch, from).orElseThrow(() -> hole(from));
    while (segment.number() > 0) {
      Lsn begin = segment.start();
      boolean startsHere =
          journal
              .own(view, segment)
              .first()
              .map(span -> span.start().isBefore(begin) ? span.end() : span.start())
              .filter(start -> !start.isAfter(from))
              .isPresent();
      Optional<SegmentName> before = view.segmentAt(branch, begin.plus(-1));
      if (startsHere || before.isEmpty()) {
        break;
      }
      segment = before.get();
    }
    return segment;
  }
}
