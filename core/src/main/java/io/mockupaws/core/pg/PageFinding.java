package io.mockupaws.core.pg;

import java.nio.ByteBuffer;

/**
 * What a look at a data page shows ({@code PageIsVerified}, src/backend/storage/page/bufpage.c).
 */
public enum PageFinding {
  /** The header makes sense and the checksum, where there is one, fits. */
  SOUND,
  /** All bytes are zero: the file was extended, nothing was written yet. Fine. */
  ALL_ZERO,
  /** It says that it was never filled in, but has bytes in it. Damage. */
  NEW_WITH_BYTES,
  /** The header contradicts itself. Damage, or a torn read. */
  BAD_HEADER,
  /** The checksum does not fit: damage, or a torn read. */
  BAD_CHECKSUM;

  /**
   * Looks at the page that lies at an absolute index.
   *
   * @param size bytes a page
   * @param blockNumber the block's number in its fork, counted over all files of the relation
   * @param checksums whether the cluster's pages carry checksums
   */
  public static PageFinding of(
      ByteBuffer pages, int at, int size, long blockNumber, boolean checksums) {
    if (PageHeader.isNew(pages, at)) {
      return PageHeader.isAllZero(pages, at, size) ? ALL_ZERO : NEW_WITH_BYTES;
    }
    if (checksums
        && PageChecksum.of(pages, at, size, blockNumber) != PageHeader.checksum(pages, at)) {
      return BAD_CHECKSUM;
    }
    int lower = PageHeader.lower(pages, at);
    int upper = PageHeader.upper(pages, at);
    int special = PageHeader.special(pages, at);
    boolean sane =
        (PageHeader.flags(pages, at) & ~PageHeader.KNOWN_FLAGS) == 0
            && lower <= upper
            && upper <= special
            && special <= size
            && special % Long.BYTES == 0;
    return sane ? SOUND : BAD_HEADER;
  }

  /**
   * Whether a page of a backup is damage. A bad checksum alone may be a page that was torn while it
   * was read: if a record between the backup's start and stop changed it, its first change after
   * the start wrote all of it into the WAL, and replay makes it whole.
   *
   * @param page what its header says
   */
  public boolean isDamage(Lsn page, Lsn start, Lsn stop) {
    return !isFine() && (this != BAD_CHECKSUM || !page.isAfter(start) || page.isAfter(stop));
  }

  /** Whether nothing speaks against the page. */
  public boolean isFine() {
    return this == SOUND || this == ALL_ZERO;
  }
}
