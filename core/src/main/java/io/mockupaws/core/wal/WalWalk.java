package io.mockupaws.core.wal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.MajorVersion;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.wal.WalDamage.Reason;
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
 * is shown. Not for use by several threads at once. If the sink throws, the exception passes
 * through and the walk must not be used further.
 */
public final class WalWalk {
  /**
   * The most bytes of one record that are kept for the sink. A longer record is checked all the
   * same and shown with its first bytes.
   */
  public static final int KEPT_BYTES = 32 << 20;

  /** {@code MaxAllocSize}: what 15 can read; from 16 on the server writes 1020 MiB at most. */
  static final int MAX_RECORD = 0x3FFF_FFFF;

  private static final long NONE = 0;
  private static final long UNKNOWN = -1;

  private enum Phase {
    PAGE_HEADER,
    BETWEEN,
    RECORD,
    PASSING_OVER,
    SWITCHED,
    ENDED,
    DAMAGED
  }

  private final int segmentSize;
  private final long start;
  private final WalSink sink;
  private final PageGate gate;
  private final RecordAssembly assembly = new RecordAssembly(KEPT_BYTES);
  private final WalChecksum checksum = new WalChecksum();
  private final WalRecord record = new WalRecord();

  private Phase phase = Phase.PAGE_HEADER;
  private WalState state = new WalState.Reading();
  private long position;
  private long page;
  private long pageEnd;
  private boolean inRecord;
  private int passOver;

  /** The start of a record broken off for good, whose replacement must come next. */
  private long brokenOff = NONE;

  private long first = UNKNOWN;
  private long lastStart = UNKNOWN;
  private long lastEnd = UNKNOWN;

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
    this.segmentSize = segmentSize;
    this.start = start.value();
    this.position = this.start;
    this.page = this.start;
    this.sink = sink;
    this.gate = new PageGate(segmentSize, timeline);
  }

  /**
   * Takes the next bytes of the WAL, all that remain in the buffer, and keeps none of the buffer.
   */
  public void feed(ByteBuffer bytes) {
    ByteBuffer in = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(bytes.limit());
    while (in.hasRemaining()) {
      switch (phase) {
        case PAGE_HEADER -> pageHeader(in);
        case BETWEEN -> between(in);
        case RECORD -> goOnWithRecord(in);
        case PASSING_OVER -> goOnPassingOver(in);
        case SWITCHED -> goOnAfterSwitch(in);
        case ENDED -> goOnAfterEnd(in);
        case DAMAGED -> pass(in, Long.MAX_VALUE);
      }
    }
  }

  private void pageHeader(ByteBuffer in) {
    int before = in.position();
    boolean complete = gate.gather(in, page);
    position += in.position() - before;
    if (!complete) {
      return;
    }
    switch (gate.judge(page)) {
      case IN_ORDER -> enterPage();
      case ZERO -> end(false);
      case OLDER -> end(true);
      case WRONG -> damage(page, page, gate.fault().reason(), gate.fault().detail());
    }
  }

  private void enterPage() {
    pageEnd = page + gate.blockSize();
    boolean atStart = page == start;
    if (gate.overwrites()) {
      if (!inRecord && passOver == 0 && !atStart) {
        damage(page, page, Reason.PAGE_FLAGS, "the page replaces a record that is not there");
        return;
      }
      brokenOff = inRecord ? assembly.start() : UNKNOWN;
      inRecord = false;
      passOver = 0;
      phase = Phase.BETWEEN;
      return;
    }
    if (atStart && gate.continues()) {
      passOver = gate.remaining();
    }
    int expected = inRecord ? assembly.total() - assembly.got() : passOver;
    int found = gate.continues() ? gate.remaining() : 0;
    if (expected != found || gate.continues() == (expected == 0) || found < 0) {
      damage(
          page,
          page,
          Reason.CONTINUATION,
          "a record goes on for " + found + " bytes, expected are " + expected);
      return;
    }
    phase = inRecord ? Phase.RECORD : passOver > 0 ? Phase.PASSING_OVER : Phase.BETWEEN;
  }

  /** At the end of a record or of a page's header: where the next record may begin. */
  private void between(ByteBuffer in) {
    if (!pass(in, align(position))) {
      return;
    }
    if (leavePage()) {
      return;
    }
    int at = in.position();
    int room = (int) Math.min(in.remaining(), pageEnd - position);
    int total = room >= WalRecord.HEADER_SIZE ? in.getInt(at) : 0;
    if (total < WalRecord.HEADER_SIZE || total > room) {
      assembly.begin(position);
      inRecord = true;
      phase = Phase.RECORD;
      return;
    }
    record.show(in, at, total, writer());
    if (!headerIsRight(position)) {
      return;
    }
    if (checksum.of(in, at, total) != in.getInt(at + WalChecksum.HEADER_PART)) {
      checksumIsWrong(position);
      return;
    }
    in.position(at + total);
    position += total;
    hand(position - total);
  }

  private void goOnWithRecord(ByteBuffer in) {
    int room = (int) Math.min(in.remaining(), pageEnd - position);
    int length = Math.min(room, assembly.wanted());
    assembly.take(in, length);
    position += length;
    if (assembly.got() == Integer.BYTES && !lengthIsRight(assembly.total())) {
      return;
    }
    if (assembly.got() == WalRecord.HEADER_SIZE) {
      record.show(assembly.kept(), 0, WalRecord.HEADER_SIZE, writer());
      if (!headerIsRight(assembly.start())) {
        return;
      }
    }
    if (assembly.got() >= WalRecord.HEADER_SIZE && assembly.got() == assembly.total()) {
      finishRecord();
    } else {
      leavePage();
    }
  }

  private void finishRecord() {
    ByteBuffer kept = assembly.kept();
    if (assembly.checksum() != kept.getInt(WalChecksum.HEADER_PART)) {
      checksumIsWrong(assembly.start());
      return;
    }
    inRecord = false;
    record.show(kept, 0, assembly.keptBytes(), writer());
    hand(assembly.start());
  }

  private boolean lengthIsRight(int total) {
    if (total == 0) {
      endAt(assembly.start(), false);
      return false;
    }
    if (total < WalRecord.HEADER_SIZE || total > MAX_RECORD) {
      damage(
          assembly.start(),
          assembly.start(),
          Reason.RECORD_LENGTH,
          "a record cannot have " + Integer.toUnsignedString(total) + " bytes");
      return false;
    }
    return true;
  }

  private boolean headerIsRight(long at) {
    if (!ResourceManager.isValid(record.rmgr())) {
      damage(at, at, Reason.RECORD_HEADER, "there is no resource manager " + record.rmgr());
      return false;
    }
    long previous = record.previous().value();
    boolean chained =
        lastStart == UNKNOWN ? Long.compareUnsigned(previous, at) < 0 : previous == lastStart;
    if (!chained) {
      damage(
          at,
          at,
          Reason.RECORD_CHAIN,
          "a record names " + record.previous() + " as the one before");
      return false;
    }
    return true;
  }

  private void checksumIsWrong(long at) {
    damage(at, position, Reason.RECORD_CHECKSUM, "a record's checksum is wrong");
  }

  /** Gives the record, which is right and whole, to the sink. */
  private void hand(long at) {
    boolean switches = record.is(ResourceManager.XLOG, XlogRecords.SWITCH);
    long end = switches ? segmentEnd(position) : align(position);
    record.place(at, end);
    if (brokenOff != NONE && !replacesBrokenOff()) {
      damage(
          at,
          at,
          Reason.OVERWRITE,
          "the record that replaces a broken-off one is missing or names another");
      return;
    }
    brokenOff = NONE;
    if (first == UNKNOWN) {
      first = at;
    }
    lastStart = at;
    lastEnd = end;
    phase = switches ? Phase.SWITCHED : Phase.BETWEEN;
    sink.record(record);
  }

  private boolean replacesBrokenOff() {
    if (!record.is(ResourceManager.XLOG, XlogRecords.OVERWRITE_CONTRECORD)
        || record.dataLength() < 8) {
      return false;
    }
    long named = record.data().getLong(0);
    return brokenOff == UNKNOWN ? Long.compareUnsigned(named, page) < 0 : named == brokenOff;
  }

  private void goOnPassingOver(ByteBuffer in) {
    long before = position;
    pass(in, Math.min(pageEnd, position + passOver));
    passOver -= (int) (position - before);
    if (passOver == 0) {
      phase = Phase.BETWEEN;
    } else {
      leavePage();
    }
  }

  /** What lies behind a switch in its segment means nothing to PostgreSQL, nor to us. */
  private void goOnAfterSwitch(ByteBuffer in) {
    if (pass(in, lastEnd)) {
      openPage(lastEnd);
    }
  }

  /** Behind the end no page may follow that belongs there. */
  private void goOnAfterEnd(ByteBuffer in) {
    if (position < pageEnd) {
      if (!pass(in, pageEnd)) {
        return;
      }
      page = pageEnd;
    }
    int before = in.position();
    boolean complete = gate.gather(in, page);
    position += in.position() - before;
    if (!complete) {
      return;
    }
    if (gate.belongs(page)) {
      long at = state instanceof WalState.Ended ended ? ended.at().value() : page;
      damage(at, page, Reason.GAP, "WAL goes on behind zeros or an older page");
    } else {
      pageEnd = page + gate.blockSize();
    }
  }

  /** Moves on to the next page's header when this page is used up. */
  private boolean leavePage() {
    if (position < pageEnd) {
      return false;
    }
    openPage(pageEnd);
    return true;
  }

  private void openPage(long at) {
    page = at;
    phase = Phase.PAGE_HEADER;
  }

  /** Lets bytes go by up to {@code target}; true when it is reached. */
  private boolean pass(ByteBuffer in, long target) {
    int length = (int) Math.min(in.remaining(), target - position);
    in.position(in.position() + length);
    position += length;
    return position == target;
  }

  private void end(boolean recycled) {
    pageEnd = gate.blockSize() == 0 ? segmentEnd(position) : page + gate.blockSize();
    endAt(page, recycled);
  }

  private void endAt(long seenAt, boolean recycled) {
    state = new WalState.Ended(new Lsn(trusted(seenAt)), new Lsn(seenAt), recycled);
    phase = Phase.ENDED;
  }

  /**
   * Where trust ends when something is wrong at {@code at}: perhaps inside a record, perhaps in the
   * record that must explain a broken-off one, which then counts for nothing.
   */
  private long trusted(long at) {
    if (brokenOff != NONE) {
      return brokenOff == UNKNOWN ? start : brokenOff;
    }
    if (inRecord) {
      return assembly.start();
    }
    return passOver > 0 ? start : at;
  }

  private void damage(long at, long seenAt, Reason reason, String detail) {
    WalDamage damage = new WalDamage(new Lsn(trusted(at)), new Lsn(seenAt), reason, detail);
    state = new WalState.Damaged(damage);
    phase = Phase.DAMAGED;
  }

  private static long align(long at) {
    return at + 7 & -8L;
  }

  private long segmentEnd(long at) {
    return at + segmentSize - 1 & -(long) segmentSize;
  }

  private MajorVersion writer() {
    return gate.version().orElseThrow();
  }

  /** The position of the next byte to feed: the start and all bytes fed. */
  public Lsn position() {
    return new Lsn(position);
  }

  /** How the walk stands. */
  public WalState state() {
    return state;
  }

  /** Where the first record begins that was shown; empty until there was one. */
  public Optional<Lsn> firstRecord() {
    return first == UNKNOWN ? Optional.empty() : Optional.of(new Lsn(first));
  }

  /** The last record that was shown; empty until there was one. */
  public Optional<RecordSpan> lastWhole() {
    return lastStart == UNKNOWN
        ? Optional.empty()
        : Optional.of(new RecordSpan(new Lsn(lastStart), new Lsn(lastEnd)));
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
