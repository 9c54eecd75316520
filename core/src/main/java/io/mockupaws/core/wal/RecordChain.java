package io.mockupaws.core.wal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.wal.WalDamage.Reason;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The rules that tie a record to the one before it ({@code ValidXLogRecordHeader} and {@code
 * ValidXLogRecord}, src/backend/access/transam/xlogreader.c), and the records that kept them.
 */
final class RecordChain {
  private static final long NONE = 0;
  private static final long UNKNOWN = -1;

  private final WalSink sink;
  private final WalRecord record = new WalRecord();
  private final WalChecksum checksum = new WalChecksum();

  private long first = UNKNOWN;
  private long lastStart = UNKNOWN;
  private long lastEnd = UNKNOWN;

  /** The start of a record broken off for good, whose replacement must come next. */
  private long brokenOff = NONE;

  RecordChain(WalSink sink) {
    this.sink = sink;
  }

  /** The view in which the record under test is shown. */
  WalRecord record() {
    return record;
  }

  /** What is wrong with the header of the record shown, which starts at {@code at}. */
  Optional<Fault> headerFault(long at) {
    if (!ResourceManager.isValid(record.rmgr())) {
      return Optional.of(
          new Fault(Reason.RECORD_HEADER, "there is no resource manager " + record.rmgr()));
    }
    long previous = record.previousStart();
    boolean chained =
        lastStart == UNKNOWN ? Long.compareUnsigned(previous, at) < 0 : previous == lastStart;
    return chained
        ? Optional.empty()
        : Optional.of(
            new Fault(
                Reason.RECORD_CHAIN, "a record names " + record.previous() + " as the one before"));
  }

  /** What is wrong with the checksum of the record that lies whole at {@code at}. */
  Optional<Fault> checksumFault(ByteBuffer bytes, int at, int total) {
    return checksumFault(bytes.getInt(at + WalChecksum.HEADER_PART), checksum.of(bytes, at, total));
  }

  /** What is wrong with a checksum. */
  static Optional<Fault> checksumFault(int stored, int computed) {
    return stored == computed
        ? Optional.empty()
        : Optional.of(
            new Fault(
                Reason.RECORD_CHECKSUM,
                "a record's checksum is "
                    + Integer.toHexString(computed)
                    + " and not "
                    + Integer.toHexString(stored)));
  }

  /**
   * What is wrong with the record shown as the replacement of a broken-off one.
   *
   * @param page the page it lies on, behind which the broken record cannot start
   */
  Optional<Fault> replacementFault(long page) {
    if (brokenOff == NONE) {
      return Optional.empty();
    }
    if (record.is(ResourceManager.XLOG, XlogRecords.OVERWRITE_CONTRECORD)
        && record.dataLength() >= Long.BYTES) {
      long named = record.data().getLong(0);
      if (brokenOff == UNKNOWN ? Long.compareUnsigned(named, page) < 0 : named == brokenOff) {
        return Optional.empty();
      }
    }
    return Optional.of(
        new Fault(
            Reason.OVERWRITE,
            "the record that replaces a broken-off one is missing or names another"));
  }

  /** Notes that the record which starts at {@code start} never goes on. */
  void breakOff(long start) {
    brokenOff = start;
  }

  /** Notes that a record never goes on whose start is not known. */
  void breakOffUnknown() {
    brokenOff = UNKNOWN;
  }

  /**
   * Where trust ends when something is wrong at {@code at}: a broken-off record that nothing
   * explains takes its start with it.
   */
  long trusted(long at, long start) {
    if (brokenOff == NONE) {
      return at;
    }
    return brokenOff == UNKNOWN ? start : brokenOff;
  }

  /** Gives the record shown, which keeps all rules, to the sink. */
  void hand(long start, long end) {
    record.place(start, end);
    brokenOff = NONE;
    if (first == UNKNOWN) {
      first = start;
    }
    lastStart = start;
    lastEnd = end;
    sink.record(record);
  }

  Optional<Lsn> first() {
    return first == UNKNOWN ? Optional.empty() : Optional.of(new Lsn(first));
  }

  Optional<RecordSpan> last() {
    return lastStart == UNKNOWN
        ? Optional.empty()
        : Optional.of(new RecordSpan(new Lsn(lastStart), new Lsn(lastEnd)));
  }
}
