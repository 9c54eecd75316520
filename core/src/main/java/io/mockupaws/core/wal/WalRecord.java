package io.mockupaws.core.wal;

import static java.util.Objects.requireNonNull;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.MajorVersion;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A record of the WAL ({@code XLogRecord}, src/include/access/xlogrecord.h), seen in the buffer
 * where it lies. A view: a sink may use it only during its call.
 *
 * <p>Of a record longer than {@link WalWalk#KEPT_BYTES} only that many bytes are here, though all
 * of it was checked. Its block references are complete even then; its data may not be.
 */
public final class WalRecord {
  /** Bytes in front of the block references and the data. */
  static final int HEADER_SIZE = 24;

  /** The upper half of {@code xl_info} belongs to the resource manager, the lower to the core. */
  static final int OPERATION_MASK = 0xF0;

  private final BlockReferences blocks = new BlockReferences();
  private @Nullable ByteBuffer bytes;
  private @Nullable MajorVersion version;
  private int at;
  private int available;
  private int total;
  private long start;
  private long end;
  private boolean parsed;

  WalRecord() {}

  /** Points the view at a record; {@code bytes} has little-endian order. */
  void show(ByteBuffer bytes, int at, int available, MajorVersion version) {
    this.bytes = bytes;
    this.at = at;
    this.available = available;
    this.total = bytes.getInt(at);
    this.version = version;
    this.parsed = false;
  }

  void place(long start, long end) {
    this.start = start;
    this.end = end;
  }

  /** Its first byte. */
  public Lsn start() {
    return new Lsn(start);
  }

  /** Its end, as {@link RecordSpan#end} counts it. */
  public Lsn end() {
    return new Lsn(end);
  }

  /** As {@link #start}, without making an object of it. */
  public long startPosition() {
    return start;
  }

  /** As {@link #end}, without making an object of it. */
  public long endPosition() {
    return end;
  }

  /** Start and end. */
  public RecordSpan span() {
    return new RecordSpan(start(), end());
  }

  /** Where the record before it starts. */
  public Lsn previous() {
    return new Lsn(previousStart());
  }

  long previousStart() {
    return buffer().getLong(at + 8);
  }

  /** The transaction that wrote it, 32 bits, unsigned; 0: none. */
  public long xid() {
    return Integer.toUnsignedLong(buffer().getInt(at + 4));
  }

  /** Whose record it is: see {@link ResourceManager}. */
  public int rmgr() {
    return buffer().get(at + 17) & 0xFF;
  }

  /** Flag bits: {@code xl_info}, all eight. */
  public int info() {
    return buffer().get(at + 16) & 0xFF;
  }

  /** Bytes, with the header, without padding. */
  public int totalLength() {
    return total;
  }

  /** The version that wrote it. */
  public MajorVersion version() {
    return requireNonNull(version, "no record is shown");
  }

  /**
   * The blocks that it changed: a view, as valid as this one.
   *
   * @throws io.mockupaws.core.failure.Failure WAL_DAMAGED when the record contradicts itself though
   *     its checksum is right
   */
  public BlockReferences blocks() {
    if (!parsed) {
      blocks.parse(buffer(), at, available, total, start);
      parsed = true;
    }
    return blocks;
  }

  /** Bytes of the main data, behind the block references and their images and data. */
  public int dataLength() {
    return blocks().mainDataLength();
  }

  /** Whether {@link #data} shows all of the main data; false only for a very long record. */
  public boolean hasAllData() {
    return available == total;
  }

  /** The main data, read-only and little-endian, as far as it is here. */
  public ByteBuffer data() {
    int from = total - dataLength();
    int length = Math.max(0, Math.min(available, total) - from);
    return buffer()
        .slice(at + Math.min(from, available), length)
        .asReadOnlyBuffer()
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * A byte of the main data, without a view of it.
   *
   * @throws io.mockupaws.core.failure.Failure WAL_DAMAGED when the data is shorter
   */
  public int dataByte(int index) {
    if (index >= dataLength() || total - dataLength() + index >= available) {
      throw new Fields(this).broken("its data ends too early");
    }
    return buffer().get(at + total - dataLength() + index) & 0xFF;
  }

  /** Whether this is the given operation of the given resource manager. */
  boolean is(int resourceManager, int operation) {
    return rmgr() == resourceManager && (info() & OPERATION_MASK) == operation;
  }

  private ByteBuffer buffer() {
    return requireNonNull(bytes, "no record is shown");
  }

  @Override
  public String toString() {
    return bytes == null
        ? "no record"
        : ResourceManager.name(rmgr()) + " 0x" + Integer.toHexString(info()) + " at " + start();
  }
}
