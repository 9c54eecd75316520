package io.mockupaws.core.wal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.wal.WalDamage.Reason;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The steps of a walk: each takes what it can of a piece and leaves the phase in which to go on. A
 * piece may end anywhere, so a step never needs more than one byte.
 */
final class WalkSteps {
  /** {@code MaxAllocSize}: what 15 can read; from 16 on the server writes 1020 MiB at most. */
  private static final int MAX_RECORD = 0x3FFF_FFFF;

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
  private final PageGate gate;
  private final RecordChain chain;
  private final RecordAssembly assembly = new RecordAssembly(WalWalk.KEPT_BYTES);

  private Phase phase = Phase.PAGE_HEADER;
  private WalState state = new WalState.Reading();
  private long position;
  private long page;
  private long pageEnd;
  private long switchedTo;
  private boolean inRecord;

  /** Bytes of a record to come whose beginning is not there. */
  private int passOver;

  WalkSteps(int segmentSize, long start, PageGate gate, RecordChain chain) {
    this.segmentSize = segmentSize;
    this.start = start;
    this.position = start;
    this.page = start;
    this.gate = gate;
    this.chain = chain;
  }

  long position() {
    return position;
  }

  WalState state() {
    return state;
  }

  /** Takes all of a little-endian piece. */
  void take(ByteBuffer in) {
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
    if (!gather(in)) {
      return;
    }
    switch (gate.judge(page)) {
      case IN_ORDER -> enterPage();
      case ZERO -> endAtPage(false);
      case OLDER -> endAtPage(true);
      case WRONG -> damage(page, gate.fault());
    }
  }

  private boolean gather(ByteBuffer in) {
    int before = in.position();
    boolean complete = gate.gather(in, page);
    position += in.position() - before;
    return complete;
  }

  private void enterPage() {
    pageEnd = page + gate.blockSize();
    if (gate.overwrites()) {
      breakOff();
      return;
    }
    if (page == start && gate.continues()) {
      passOver = gate.remaining();
    }
    int expected = inRecord ? assembly.total() - assembly.got() : passOver;
    int found = gate.continues() ? gate.remaining() : 0;
    if (expected != found || gate.continues() == (expected == 0) || found < 0) {
      String detail = "a record goes on for " + found + " bytes, expected are " + expected;
      damage(page, new Fault(Reason.CONTINUATION, detail));
      return;
    }
    phase = inRecord ? Phase.RECORD : passOver > 0 ? Phase.PASSING_OVER : Phase.BETWEEN;
  }

  /** The record that should go on here never does: another stands in its place. */
  private void breakOff() {
    if (inRecord) {
      chain.breakOff(assembly.start());
    } else if (passOver > 0 || page == start) {
      chain.breakOffUnknown();
    } else {
      String detail = "the page replaces a record that is not there";
      damage(page, new Fault(Reason.PAGE_FLAGS, detail));
      return;
    }
    inRecord = false;
    passOver = 0;
    phase = Phase.BETWEEN;
  }

  /** At the end of a record or of a page's header: where the next record may begin. */
  private void between(ByteBuffer in) {
    if (!pass(in, align(position)) || leavePage()) {
      return;
    }
    int at = in.position();
    int room = (int) Math.min(in.remaining(), pageEnd - position);
    int total = room >= WalRecord.HEADER_SIZE ? in.getInt(at) : 0;
    if (total >= WalRecord.HEADER_SIZE && total <= room) {
      wholeRecord(in, at, total);
    } else {
      assembly.begin(position);
      inRecord = true;
      phase = Phase.RECORD;
    }
  }

  /** The usual case: a record that lies whole in the piece and on one page. */
  private void wholeRecord(ByteBuffer in, int at, int total) {
    chain.record().show(in, at, total, gate.writer());
    if (refuse(position, chain.headerFault(position))
        || refuse(position, chain.checksumFault(in, at, total))) {
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
    if (assembly.got() == Integer.BYTES && !lengthIsPossible(assembly.total())) {
      return;
    }
    if (assembly.got() == WalRecord.HEADER_SIZE) {
      chain.record().show(assembly.kept(), 0, WalRecord.HEADER_SIZE, gate.writer());
      if (refuse(assembly.start(), chain.headerFault(assembly.start()))) {
        return;
      }
    }
    if (assembly.got() >= WalRecord.HEADER_SIZE && assembly.got() == assembly.total()) {
      finishRecord();
    } else {
      leavePage();
    }
  }

  private boolean lengthIsPossible(int total) {
    if (total == 0) {
      end(assembly.start(), false);
      return false;
    }
    if (total < WalRecord.HEADER_SIZE || total > MAX_RECORD) {
      String detail = "a record cannot have " + Integer.toUnsignedString(total) + " bytes";
      damage(assembly.start(), new Fault(Reason.RECORD_LENGTH, detail));
      return false;
    }
    return true;
  }

  private void finishRecord() {
    ByteBuffer kept = assembly.kept();
    int stored = kept.getInt(WalChecksum.HEADER_PART);
    if (refuse(assembly.start(), RecordChain.checksumFault(stored, assembly.checksum()))) {
      return;
    }
    inRecord = false;
    chain.record().show(kept, 0, assembly.keptBytes(), gate.writer());
    hand(assembly.start());
  }

  /** Passes on the record shown, which is whole and right and ends at the position. */
  private void hand(long at) {
    if (refuse(at, chain.replacementFault(page))) {
      return;
    }
    if (chain.record().is(ResourceManager.XLOG, XlogRecords.SWITCH)) {
      switchedTo = segmentEnd(position);
      phase = Phase.SWITCHED;
      chain.hand(at, switchedTo);
    } else {
      phase = Phase.BETWEEN;
      chain.hand(at, align(position));
    }
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
    if (pass(in, switchedTo)) {
      openPage(switchedTo);
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
    if (!gather(in)) {
      return;
    }
    if (gate.belongs(page)) {
      long at = state instanceof WalState.Ended ended ? ended.at().value() : page;
      damage(at, new Fault(Reason.GAP, "WAL goes on behind zeros or an older page"));
    } else {
      pageEnd = page + pageSize();
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

  private void endAtPage(boolean recycled) {
    pageEnd = page + pageSize();
    end(page, recycled);
  }

  /** Without a first page in order its size is not known: then the next segment tells more. */
  private long pageSize() {
    return gate.blockSize() == 0 ? segmentSize : gate.blockSize();
  }

  private void end(long seenAt, boolean recycled) {
    state = new WalState.Ended(new Lsn(trusted(seenAt)), new Lsn(seenAt), recycled);
    phase = Phase.ENDED;
  }

  private boolean refuse(long at, Optional<Fault> fault) {
    if (fault.isEmpty()) {
      return false;
    }
    damage(at, fault.get());
    return true;
  }

  private void damage(long at, Fault fault) {
    state =
        new WalState.Damaged(
            new WalDamage(new Lsn(trusted(at)), new Lsn(position), fault.reason(), fault.detail()));
    phase = Phase.DAMAGED;
  }

  /** Where trust ends when something is wrong at {@code at}, perhaps inside a record. */
  private long trusted(long at) {
    if (inRecord) {
      return chain.trusted(assembly.start(), start);
    }
    return chain.trusted(passOver > 0 ? start : at, start);
  }

  private static long align(long at) {
    return at + 7 & -8L;
  }

  private long segmentEnd(long at) {
    return at + segmentSize - 1 & -(long) segmentSize;
  }
}
