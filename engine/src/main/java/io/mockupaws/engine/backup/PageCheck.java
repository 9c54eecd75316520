package io.mockupaws.engine.backup;

import io.mockupaws.core.pg.PageFinding;
import io.mockupaws.core.pg.PageHeader;
import io.mockupaws.core.pg.RelationPath;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Verifies pages as they are read. A page that fails may only be torn: the server was writing it.
 * It is read again, and if it is whole then, takes the place of the torn one.
 *
 * <p>Used by one thread at a time.
 */
final class PageCheck {
  /** How often a failing page is read again. */
  static final int AGAIN = 3;

  private final int pageSize;
  private final int pagesPerFile;
  private final SuspectPages suspects;
  private final Pause pause;

  PageCheck(int pageSize, int pagesPerFile, SuspectPages suspects, Pause pause) {
    this.pageSize = pageSize;
    this.pagesPerFile = pagesPerFile;
    this.suspects = suspects;
    this.pause = pause;
  }

  /**
   * Verifies a stretch of a relation's file.
   *
   * @param file whose bytes these are
   * @param path its path, for reading again
   * @param offset in the file, a multiple of the page size
   * @param bytes the stretch; a part of a page at its end, which the server would not read either,
   *     is not looked at
   * @param reader reads again
   */
  void verify(RelationPath file, String path, long offset, ByteBuffer bytes, FileReader reader) {
    long firstBlock = file.firstBlock(pagesPerFile) + offset / pageSize;
    List<Bad> bad = findBad(bytes, firstBlock);
    for (int attempt = 1; attempt <= AGAIN && !bad.isEmpty(); attempt++) {
      pause.before(attempt);
      bad = readAgain(bad, path, offset, bytes, firstBlock, reader);
    }
    for (Bad page : bad) {
      suspects.add(
          path,
          firstBlock + page.index(),
          page.finding(),
          PageHeader.lsn(bytes, bytes.position() + page.index() * pageSize));
    }
  }

  /** A page that failed, by its place in the stretch. */
  private record Bad(int index, PageFinding finding) {}

  private List<Bad> findBad(ByteBuffer bytes, long firstBlock) {
    List<Bad> bad = new ArrayList<>();
    int pages = bytes.remaining() / pageSize;
    for (int i = 0; i < pages; i++) {
      PageFinding finding = look(bytes, bytes.position() + i * pageSize, firstBlock + i);
      if (!finding.isFine()) {
        bad.add(new Bad(i, finding));
      }
    }
    return bad;
  }

  private PageFinding look(ByteBuffer bytes, int at, long block) {
    return PageFinding.of(bytes, at, pageSize, block, /* checksums= */ true);
  }

  /** The pages that still fail. What was read last is what the backup holds. */
  private List<Bad> readAgain(
      List<Bad> bad, String path, long offset, ByteBuffer bytes, long first, FileReader reader) {
    List<Bad> still = new ArrayList<>();
    ByteBuffer page = ByteBuffer.allocate(pageSize);
    for (Bad one : bad) {
      int at = bytes.position() + one.index() * pageSize;
      Piece piece = new Piece(path, offset + (long) one.index() * pageSize, pageSize);
      int got = reader.read(List.of(piece), page.clear())[0];
      if (got != pageSize) {
        // The file was cut off or dropped meanwhile: replay does the same.
        continue;
      }
      bytes.put(at, page, 0, pageSize);
      PageFinding finding = look(bytes, at, first + one.index());
      if (!finding.isFine()) {
        still.add(new Bad(one.index(), finding));
      }
    }
    return still;
  }
}
