package io.mockupaws.engine.verify;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What one pack's runs show, by one thread: handed on to be judged with that of other packs, and
 * noted as far as these need it.
 */
final class PackShown {
  private final FileDigests digests;
  private final PageSight pages;
  private final List<CheckedNote.FilePiece> pieces = new ArrayList<>();
  private final List<CheckedNote.PagePart> parts = new ArrayList<>();
  private boolean fine = true;

  PackShown(FileDigests digests, PageSight pages) {
    this.digests = digests;
    this.pages = pages;
  }

  boolean concerns(int file) {
    return pages.concerns(file);
  }

  int pageSize() {
    return pages.pageSize();
  }

  /** A whole page, at an absolute index of the buffer. */
  void page(int file, long number, ByteBuffer bytes, int at) {
    fine &= pages.page(file, number, bytes, at);
  }

  /** A part of a page that a run's end has cut; what it gives with the others is no fault here. */
  void part(int file, long number, int from, byte[] bytes) {
    parts.add(CheckedNote.PagePart.of(file, number, from, bytes));
    pages.part(file, number, from, bytes);
  }

  void piece(int file, long offset, long length, int crc) {
    if (digests.isWhole(file, offset, length)) {
      fine &= digests.piece(file, offset, length, crc);
      return;
    }
    pieces.add(new CheckedNote.FilePiece(file, offset, length, crc));
    digests.piece(file, offset, length, crc);
  }

  /** Whether nothing is wrong with what lies in this pack alone. */
  boolean isFine() {
    return fine;
  }

  CheckedNote.Shown noted() {
    return new CheckedNote.Shown(pieces, parts, "");
  }

  /** Hands on what was noted when the pack was read. */
  void recall(CheckedNote.Shown shown) {
    for (CheckedNote.FilePiece piece : shown.pieces()) {
      digests.piece(piece.file(), piece.offset(), piece.length(), piece.crc());
    }
    for (CheckedNote.PagePart part : shown.parts()) {
      pages.part(part.file(), part.page(), part.from(), part.bytes());
    }
  }
}
