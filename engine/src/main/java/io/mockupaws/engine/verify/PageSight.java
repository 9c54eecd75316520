package io.mockupaws.engine.verify;

import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.PageFinding;
import io.mockupaws.core.pg.PageHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Looks at the pages of relations, in whatever parts they are read: a page may be cut by frames and
 * by packs. Safe for use by many threads.
 */
final class PageSight {
  private static final int LIMIT = 10_000;

  private final ManifestHead head;
  private final BackupContents contents;
  private final int pageSize;
  private final int pagesPerFile;
  private final ConcurrentHashMap<PagePlace, Parts> cut = new ConcurrentHashMap<>();
  private final List<BadPage> bad = new ArrayList<>();
  private long further;

  /** A page's place: its file, and its number in it. */
  private record PagePlace(int file, long page) {}

  /**
   * A damaged page.
   *
   * @param block its number in its fork
   */
  record BadPage(int file, long block, PageFinding finding) {}

  PageSight(ManifestHead head, BackupContents contents, int pagesPerFile) {
    this.head = head;
    this.contents = contents;
    this.pageSize = head.blockSize();
    this.pagesPerFile = pagesPerFile;
  }

  boolean concerns(int file) {
    return head.dataChecksums() && contents.relationSegment(file) != BackupContents.NO_RELATION;
  }

  int pageSize() {
    return pageSize;
  }

  /** A whole page, at an absolute index of the buffer; false when it is damaged. */
  boolean page(int file, long number, ByteBuffer bytes, int at) {
    long block = (long) contents.relationSegment(file) * pagesPerFile + number;
    PageFinding finding = PageFinding.of(bytes, at, pageSize, block, /* checksums= */ true);
    boolean damaged =
        !finding.isFine()
            && finding.isDamage(new Lsn(PageHeader.lsn(bytes, at)), head.start(), head.stop());
    if (damaged) {
      add(new BadPage(file, block, finding));
    }
    return !damaged;
  }

  private synchronized void add(BadPage page) {
    if (bad.size() < LIMIT) {
      bad.add(page);
    } else {
      further++;
    }
  }

  /** A part of a page that a pack's end has cut. */
  void part(int file, long number, int from, byte[] bytes) {
    PagePlace place = new PagePlace(file, number);
    Parts parts = cut.computeIfAbsent(place, _ -> new Parts(pageSize));
    if (parts.put(from, bytes)) {
      cut.remove(place);
      page(file, number, ByteBuffer.wrap(parts.page), 0);
    }
  }

  synchronized List<BadPage> bad() {
    return List.copyOf(bad);
  }

  /** How many more there are than those listed. */
  synchronized long further() {
    return further;
  }

  private static final class Parts {
    private final byte[] page;
    private int filled;

    Parts(int size) {
      page = new byte[size];
    }

    synchronized boolean put(int from, byte[] bytes) {
      System.arraycopy(bytes, 0, page, from, bytes.length);
      filled += bytes.length;
      return filled == page.length;
    }
  }
}
