package io.mockupaws.core.wal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.MajorVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Function;

/**
 * Changes the copy of the WAL that a recovering server is given; never the WAL that is kept.
 *
 * <p>Replay of CREATE TABLESPACE makes a link to the directory that the record names, which on the
 * source's own host is the live one. With an empty path {@code create_tablespace_directories}
 * (src/backend/commands/tablespace.c, the same in 15 to 18) makes a plain directory {@code
 * pg_tblspc/OID} and nothing outside the data directory.
 */
public final class WalEdit {
  private static final int BLOCK_SIZE_AT = 36;
  private static final int OID_SIZE = 4;

  private final int segmentSize;
  private final Function<Lsn, Path> files;

  /**
   * @param segmentSize bytes a segment
   * @param files the file of the segment that starts at a position. Where a timeline forked inside
   *     a segment, two files hold the records in front of the fork: each must be edited
   */
  public WalEdit(int segmentSize, Function<Lsn, Path> files) {
    this.segmentSize = segmentSize;
    this.files = files;
  }

  /**
   * Empties the path of a CREATE TABLESPACE record and makes the record's checksum fit again, in
   * the files, which are forced to disk. Doing it twice changes nothing.
   *
   * @return the tablespace and the path that was there
   * @throws Failure WAL_DAMAGED when no whole CREATE TABLESPACE record lies at the span
   */
  public WalEvent.TablespaceCreate emptyTablespacePath(RecordSpan span) throws IOException {
    ByteBuffer bytes = read(span);
    WalRecord record = new WalRecord();
    record.show(bytes, 0, bytes.capacity(), MajorVersion.V15);
    record.place(span.start().value(), span.end().value());
    int stored = bytes.getInt(WalChecksum.HEADER_PART);
    WalChecksum checksum = new WalChecksum();
    if (checksum.of(bytes, 0, bytes.capacity()) != stored
        || !record.is(ResourceManager.TABLESPACE, TablespaceRecords.CREATE)) {
      throw wrong(span);
    }
    WalEvent.TablespaceCreate found = TablespaceRecords.create(record);
    int path = bytes.capacity() - record.dataLength() + OID_SIZE;
    bytes.put(path, (byte) 0);
    bytes.putInt(WalChecksum.HEADER_PART, checksum.of(bytes, 0, bytes.capacity()));
    write(span, bytes);
    return found;
  }

  private ByteBuffer read(RecordSpan span) throws IOException {
    ByteBuffer length = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    transfer(span.start(), length, false);
    int total = length.getInt(0);
    if (total < WalRecord.HEADER_SIZE || total > span.end().minus(span.start())) {
      throw wrong(span);
    }
    ByteBuffer bytes = ByteBuffer.allocate(total).order(ByteOrder.LITTLE_ENDIAN);
    transfer(span.start(), bytes, false);
    return bytes.clear();
  }

  private void write(RecordSpan span, ByteBuffer bytes) throws IOException {
    transfer(span.start(), bytes.clear(), true);
  }

  /** Reads or writes a record's bytes, stepping over the headers of the pages it crosses. */
  private void transfer(Lsn start, ByteBuffer bytes, boolean write) throws IOException {
    int end = bytes.limit();
    Lsn at = start;
    while (bytes.position() < end) {
      try (FileChannel file = open(at)) {
        int blockSize = blockSize(file);
        do {
          int offset = at.segmentOffset(segmentSize);
          int inPage = offset & (blockSize - 1);
          int header = offset == 0 ? PageGate.LONG_HEADER : PageGate.SHORT_HEADER;
          int skip = inPage == 0 ? header : 0;
          int length = Math.min(blockSize - inPage - skip, end - bytes.position());
          bytes.limit(bytes.position() + length);
          move(file, offset + skip, bytes, write);
          at = at.plus(skip + length);
        } while (bytes.position() < end && at.segmentOffset(segmentSize) != 0);
        if (write) {
          file.force(false);
        }
      }
    }
  }

  private FileChannel open(Lsn at) throws IOException {
    return FileChannel.open(
        files.apply(at.segmentStart(segmentSize)),
        StandardOpenOption.READ,
        StandardOpenOption.WRITE);
  }

  private static int blockSize(FileChannel file) throws IOException {
    ByteBuffer field = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    move(file, BLOCK_SIZE_AT, field, false);
    int size = field.getInt(0);
    if (size < PageGate.SMALLEST_BLOCK
        || size > PageGate.LARGEST_BLOCK
        || Integer.bitCount(size) != 1) {
      throw new IOException("a WAL segment file says that its pages have " + size + " bytes");
    }
    return size;
  }

  private static void move(FileChannel file, long offset, ByteBuffer bytes, boolean write)
      throws IOException {
    long at = offset;
    while (bytes.hasRemaining()) {
      int moved = write ? file.write(bytes, at) : file.read(bytes, at);
      if (moved < 0) {
        throw new IOException("a WAL segment file ends at " + at);
      }
      at += moved;
    }
  }

  private static Failure wrong(RecordSpan span) {
    return new Failure(
        ErrorCode.WAL_DAMAGED,
        "no whole CREATE TABLESPACE record lies at " + span.start(),
        "Restore again; the copy of the WAL in the target was changed or cut off.");
  }
}
