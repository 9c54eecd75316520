package io.mockupaws.core.wal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.MajorVersion;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * What the first page of a WAL segment says of the file ({@code XLogLongPageHeaderData},
 * src/include/access/xlog_internal.h).
 *
 * @param version of the server that wrote it
 * @param timeline of the page: that of the file's name, or an ancestor's
 * @param address where the page lies: the segment's start
 * @param systemIdentifier of the cluster
 * @param segmentSize bytes a segment
 */
public record SegmentHeader(
    MajorVersion version, int timeline, Lsn address, long systemIdentifier, int segmentSize) {
  /** Bytes of it. */
  public static final int BYTES = 40;

  private static final int LONG = 0x0002;

  /** Reads the beginning of a file; empty when it is not that of a segment we know. */
  public static Optional<SegmentHeader> read(byte[] beginning) {
    if (beginning.length < BYTES) {
      return Optional.empty();
    }
    ByteBuffer header = ByteBuffer.wrap(beginning).order(ByteOrder.LITTLE_ENDIAN);
    boolean isLong = (header.getShort(2) & LONG) != 0;
    return MajorVersion.ofWalPageMagic(Short.toUnsignedInt(header.getShort(0)))
        .filter(_ -> isLong)
        .map(
            version ->
                new SegmentHeader(
                    version,
                    header.getInt(4),
                    new Lsn(header.getLong(8)),
                    header.getLong(24),
                    header.getInt(32)));
  }
}
