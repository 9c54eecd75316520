package io.mockupaws.core.wal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.MajorVersion;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Walks over WAL as it arrives, in pieces of any size, and checks all of it: page headers, the
 * chain of records, every record's checksum. Each whole record goes to the sink. After
 * src/backend/access/transam/xlogreader.c, of which it has the rules but not the reading.
 *
 * <p>It starts at the start of a segment. The rest of a record that began before it is passed over
 * unchecked. Where the WAL ends or breaks, {@link #state} says so and no record behind that place
 * is shown. Nothing is allocated for a record that lies whole in a piece and on a page. Not for use
 * by several threads at once. If the sink throws, the exception passes through and the walk must
 * not be used further.
 *
 * <p>What no checksum covers is not checked: the bytes behind a segment switch, the padding between
 * records, and the rest of a record whose beginning is in an earlier segment.
 */
public final class WalWalk {
  /**
   * The most bytes of one record that are kept for the sink. A longer record is checked all the
   * same and shown with its first bytes.
   */
  public static final int KEPT_BYTES = 32 << 20;

  private final PageGate gate;
  private final RecordChain chain;
  private final WalkSteps steps;

  /**
   * @param segmentSize bytes a segment
   * @param timeline the timeline being read; pages of its ancestors may come before
   * @param start the start of a segment: the position of the first byte that will be fed
   * @param sink takes the records
   */
  public WalWalk(int segmentSize, Timeline timeline, Lsn start, WalSink sink) {
    if (!start.equals(SegmentName.containing(timeline, start, segmentSize).start())) {
      throw new IllegalArgumentException(start + " is not the start of a segment");
    }
    gate = new PageGate(segmentSize, timeline);
    chain = new RecordChain(sink);
    steps = new WalkSteps(segmentSize, start.value(), gate, chain);
  }

  /**
   * Takes the next bytes of the WAL, all that remain in the buffer, and keeps none of the buffer.
   */
  public void feed(ByteBuffer bytes) {
    ByteBuffer in = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(bytes.limit());
    steps.take(in);
  }

  /** The position of the next byte to feed: the start and all bytes fed. */
  public Lsn position() {
    return new Lsn(steps.position());
  }

  /** How the walk stands. */
  public WalState state() {
    return steps.state();
  }

  /** Where the first record begins that was shown; empty until there was one. */
  public Optional<Lsn> firstRecord() {
    return chain.first();
  }

  /** The last record that was shown; empty until there was one. */
  public Optional<RecordSpan> lastWhole() {
    return chain.last();
  }

  /** The version that wrote this WAL; empty until a page's header was read. */
  public Optional<MajorVersion> version() {
    return gate.version();
  }

  /** The cluster that wrote this WAL; empty until a segment's header was read. */
  public OptionalLong systemIdentifier() {
    return gate.systemIdentifier() == 0
        ? OptionalLong.empty()
        : OptionalLong.of(gate.systemIdentifier());
  }
}
