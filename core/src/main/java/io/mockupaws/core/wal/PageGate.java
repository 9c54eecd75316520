package io.mockupaws.core.wal;

import static java.util.Objects.requireNonNull;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.MajorVersion;
import io.mockupaws.core.pg.Timeline;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the header in front of each page of WAL and holds it against the pages before ({@code
 * XLogReaderValidatePageHeader}, src/backend/access/transam/xlogreader.c).
 */
final class PageGate {
  static final int SHORT_HEADER = 24;
  static final int LONG_HEADER = 40;

  /** A page of WAL has a power of two bytes, 8,192 as a rule. */
  static final int SMALLEST_BLOCK = 1024;

  static final int LARGEST_BLOCK = 65536;

  private static final int CONTINUES = 0x0001;
  private static final int LONG = 0x0002;
  private static final int OVERWRITES = 0x0008;
  private static final int KNOWN_FLAGS = 0x000F;

  private final int segmentSize;
  private final Timeline last;
  private final ByteBuffer header = ByteBuffer.allocate(LONG_HEADER).order(ByteOrder.LITTLE_ENDIAN);

  private int blockSize;
  private @Nullable MajorVersion version;
  private long systemIdentifier;
  private int timeline;

  PageGate(int segmentSize, Timeline last) {
    this.segmentSize = segmentSize;
    this.last = last;
  }

  /** What a page's header shows. */
  enum Sight {
    IN_ORDER,
    ZERO,
    OLDER,
    WRONG
  }

  private Fault fault = new Fault(WalDamage.Reason.PAGE_MAGIC, "");

  /** Takes bytes of the header of the page at {@code page}; true once it is complete. */
  boolean gather(ByteBuffer in, long page) {
    int size = (page & (segmentSize - 1L)) == 0 ? LONG_HEADER : SHORT_HEADER;
    int length = Math.min(size - header.position(), in.remaining());
    header.put(header.position(), in, in.position(), length);
    header.position(header.position() + length);
    in.position(in.position() + length);
    return header.position() == size;
  }

  /** Bytes of the header gathered so far. */
  int gathered() {
    return header.position();
  }

  /** Judges the complete header of the page at {@code page} and makes room for the next. */
  Sight judge(long page) {
    boolean first = header.position() == LONG_HEADER;
    header.position(0);
    if (isZero(first ? LONG_HEADER : SHORT_HEADER)) {
      return Sight.ZERO;
    }
    if (isOlder(page)) {
      return Sight.OLDER;
    }
    Optional<Fault> found =
        pageFault(page, first).or(() -> first ? segmentFault() : Optional.empty());
    if (found.isPresent()) {
      fault = found.get();
      return Sight.WRONG;
    }
    timeline = header.getInt(4);
    return Sight.IN_ORDER;
  }

  /** Whether the complete header is that of a page that belongs at {@code page}. */
  boolean belongs(long page) {
    header.position(0);
    return isKnownMagic() && header.getLong(8) == page;
  }

  private boolean isZero(int size) {
    for (int i = 0; i < size; i += Long.BYTES) {
      if (header.getLong(i) != 0) {
        return false;
      }
    }
    return true;
  }

  /** A recycled file keeps its pages until they are overwritten; their offsets agree. */
  private boolean isOlder(long page) {
    long address = header.getLong(8);
    return isKnownMagic()
        && Long.compareUnsigned(address, page) < 0
        && ((page - address) & (segmentSize - 1L)) == 0;
  }

  private Optional<Fault> pageFault(long page, boolean first) {
    if (version == null) {
      version = MajorVersion.ofWalPageMagic(magic()).orElse(null);
    }
    if (version == null || magic() != version.walPageMagic()) {
      return fault(
          WalDamage.Reason.PAGE_MAGIC, "the page's magic is " + Integer.toHexString(magic()));
    }
    int flags = flags();
    boolean bothKinds = continues() && overwrites();
    if ((flags & ~KNOWN_FLAGS) != 0 || bothKinds || ((flags & LONG) != 0) != first) {
      return fault(
          WalDamage.Reason.PAGE_FLAGS, "the page's flags are " + Integer.toHexString(flags));
    }
    if (header.getLong(8) != page) {
      return fault(
          WalDamage.Reason.PAGE_ADDRESS,
          "the page says that it lies at " + new Lsn(header.getLong(8)));
    }
    int own = header.getInt(4);
    if (Integer.compareUnsigned(own, timeline) < 0
        || own == 0
        || Integer.compareUnsigned(own, last.id()) > 0) {
      return fault(
          WalDamage.Reason.PAGE_TIMELINE,
          "the page is of timeline " + Integer.toUnsignedString(own) + ", read is " + last);
    }
    return Optional.empty();
  }

  private Optional<Fault> segmentFault() {
    int size = header.getInt(36);
    if (header.getInt(32) != segmentSize) {
      return fault(
          WalDamage.Reason.SEGMENT_HEADER, "the segment says its size is " + header.getInt(32));
    }
    boolean possible =
        size >= SMALLEST_BLOCK && size <= LARGEST_BLOCK && Integer.bitCount(size) == 1;
    if (!possible || (blockSize != 0 && size != blockSize)) {
      return fault(WalDamage.Reason.SEGMENT_HEADER, "the segment says its pages' size is " + size);
    }
    if (blockSize != 0 && header.getLong(24) != systemIdentifier) {
      return fault(
          WalDamage.Reason.SEGMENT_HEADER,
          "the segment is of cluster " + Long.toUnsignedString(header.getLong(24)));
    }
    blockSize = size;
    systemIdentifier = header.getLong(24);
    return Optional.empty();
  }

  private static Optional<Fault> fault(WalDamage.Reason reason, String detail) {
    return Optional.of(new Fault(reason, detail));
  }

  /** The broken rule, where the sight was {@link Sight#WRONG}. */
  Fault fault() {
    return fault;
  }

  private int magic() {
    return Short.toUnsignedInt(header.getShort(0));
  }

  private boolean isKnownMagic() {
    return version == null
        ? MajorVersion.ofWalPageMagic(magic()).isPresent()
        : magic() == version.walPageMagic();
  }

  private int flags() {
    return Short.toUnsignedInt(header.getShort(2));
  }

  /** Whether the page begins with the rest of a record. */
  boolean continues() {
    return (flags() & CONTINUES) != 0;
  }

  /** Whether the record that should go on here was broken off and is replaced. */
  boolean overwrites() {
    return (flags() & OVERWRITES) != 0;
  }

  /** Bytes of the record that goes on here that are still to come. */
  int remaining() {
    return header.getInt(16);
  }

  /** Bytes a page; known once the first segment's header was in order. */
  int blockSize() {
    return blockSize;
  }

  Optional<MajorVersion> version() {
    return Optional.ofNullable(version);
  }

  /** As above, behind a page that was in order. */
  MajorVersion writer() {
    return requireNonNull(version, "no page was in order");
  }

  /** 0 until the first segment's header was in order. */
  long systemIdentifier() {
    return systemIdentifier;
  }
}
