package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.wal.RecordSpan;
import io.mockupaws.core.wal.WalDamage;
import io.mockupaws.core.wal.WalSink;
import io.mockupaws.core.wal.WalState;
import io.mockupaws.core.wal.WalWalk;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Walks over delivered segments, one behind the other where they follow each other, and holds each
 * against what the journal has before and behind it: the chain of records must go through. Bytes of
 * another life do not pass, although it has the cluster's system identifier.
 */
final class DeliveredWalk {
  private static final int READ_BYTES = 256 * 1024;
  private static final int ONE_PAGE = 8192;

  private final KnownSegments known;
  private final SegmentChanges changes = new SegmentChanges();
  private IndexBuilder builder = new IndexBuilder();
  private Optional<WalWalk> walk = Optional.empty();

  /** The segment that would go on where the walk is; empty when the walk was used up. */
  private Optional<SegmentName> next = Optional.empty();

  DeliveredWalk(KnownSegments known) {
    this.known = known;
  }

  /**
   * What the records of a file say.
   *
   * @param whole up to where its records are whole: all of it, or before the end of the WAL in it
   * @param fault what comes there, if not the end of the file
   * @param linked whether they were held against those before
   * @param summary of what they changed, if that is known for sure
   */
  record Read(
      int whole,
      SegmentIndex index,
      Optional<Fault> fault,
      boolean linked,
      Optional<byte[]> summary) {}

  /** Why the records of a file end before its end. */
  record Fault(Lsn from, String what) {}

  /** Reads a file whose segment follows those before. */
  Read read(SegmentName segment, SpoolFile file, List<SegmentName> before) {
    if (next.filter(segment::equals).isEmpty()) {
      begin(segment, before);
    }
    next = Optional.empty();
    builder.begin(segment.start());
    WalWalk reading = walk.orElseThrow();
    changes.begin(reading);
    boolean linked = reading.position().equals(segment.start()) && reading.lastWhole().isPresent();
    int length = Math.min(file.length(), segment.segmentSize());
    file.read(0, length, reading::feed);
    Optional<Fault> fault = fault(reading.state());
    if (linked && isAtSeam(segment, reading)) {
      throw otherLife(segment, "its records do not go on from those before it");
    }
    boolean full = length == segment.segmentSize();
    int whole = full && fault.isEmpty() ? length : wholeEnd(segment, reading);
    return new Read(
        whole,
        builder.snapshot(length, reading.state(), full),
        fault,
        linked,
        full && linked ? changes.of(reading) : Optional.empty());
  }

  /** The index of the records that are whole, as that of a tail. */
  SegmentIndex tail(int whole) {
    return builder.snapshot(whole, new WalState.Reading(), false);
  }

  private void begin(SegmentName segment, List<SegmentName> before) {
    builder = new IndexBuilder();
    Lsn start = before.isEmpty() ? segment.start() : before.getFirst().start();
    WalWalk begun = new WalWalk(segment.segmentSize(), segment.timeline(), start, records());
    before.forEach(name -> feed(begun, name));
    if (!before.isEmpty()) {
      known.index(before.getLast()).ifPresent(builder::carry);
    }
    // What is broken before says nothing of what follows.
    walk =
        Optional.of(
            begun.state() instanceof WalState.Reading
                ? begun
                : new WalWalk(
                    segment.segmentSize(), segment.timeline(), segment.start(), records()));
  }

  private WalSink records() {
    IndexBuilder index = builder;
    return record -> {
      index.record(record);
      changes.record(record);
    };
  }

  private void feed(WalWalk into, SegmentName segment) {
    byte[] buffer = new byte[READ_BYTES];
    try (InputStream in = known.open(segment).orElseThrow()) {
      for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
        into.feed(ByteBuffer.wrap(buffer, 0, count));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Fault> fault(WalState state) {
    return switch (state) {
      case WalState.Reading() -> Optional.empty();
      case WalState.Ended ended ->
          Optional.of(new Fault(ended.at(), "zeros or an older page at " + ended.seenAt()));
      case WalState.Damaged(WalDamage found) ->
          Optional.of(new Fault(found.lsn(), found.toString()));
    };
  }

  /**
   * Whether what is there does not belong behind what we have: the record that goes on is not the
   * one that began, or the first one does not name it as its predecessor.
   */
  private static boolean isAtSeam(SegmentName segment, WalWalk reading) {
    boolean ownRecord =
        reading.lastWhole().filter(span -> !span.start().isBefore(segment.start())).isPresent();
    if (ownRecord || !(reading.state() instanceof WalState.Damaged(WalDamage found))) {
      return false;
    }
    return switch (found.reason()) {
      case RECORD_CHAIN, CONTINUATION, OVERWRITE -> true;
      case RECORD_CHECKSUM -> found.lsn().isBefore(segment.start());
      case PAGE_MAGIC,
          PAGE_FLAGS,
          PAGE_ADDRESS,
          PAGE_TIMELINE,
          SEGMENT_HEADER,
          RECORD_LENGTH,
          RECORD_HEADER,
          GAP ->
          false;
    };
  }

  private static int wholeEnd(SegmentName segment, WalWalk reading) {
    return reading
        .lastWhole()
        .map(span -> (int) Math.max(0, span.end().minus(segment.start())))
        .orElse(0);
  }

  /**
   * The segment that was read is stored, or about to be.
   *
   * @param follower the one behind it, where the journal has that: it must go on from this one
   */
  void stored(SegmentName segment, Optional<SegmentName> follower) {
    if (follower.isEmpty()) {
      next = Optional.of(segment.next());
      return;
    }
    WalWalk reading = walk.orElseThrow();
    Lsn end = segment.end();
    byte[] buffer = new byte[ONE_PAGE];
    try (InputStream in = known.open(follower.get()).orElseThrow()) {
      int count = in.readNBytes(buffer, 0, ONE_PAGE);
      while (count > 0
          && reading.state() instanceof WalState.Reading
          && reading.lastWhole().map(RecordSpan::end).filter(end::isBefore).isEmpty()) {
        reading.feed(ByteBuffer.wrap(buffer, 0, count));
        count = in.readNBytes(buffer, 0, ONE_PAGE);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    boolean shown = reading.lastWhole().map(RecordSpan::end).filter(end::isBefore).isPresent();
    if (!shown && !(reading.state() instanceof WalState.Reading)) {
      throw otherLife(segment, "the segment behind it in the repository does not go on from it");
    }
  }

  static Failure otherLife(SegmentName segment, String why) {
    return new Failure(
        ErrorCode.OTHER_LIFE,
        "the file of the WAL segment " + segment + " is refused: " + why,
        "What the repository has stays. The file is another server's: of a copy, a rolled-back"
            + " snapshot, or one that went on in its place. Give that server a cluster of its own:"
            + " mockupaws init --cluster NAME.");
  }
}
