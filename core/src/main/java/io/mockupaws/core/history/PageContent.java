package io.mockupaws.core.history;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import io.mockupaws.core.wal.BlockReferences;
import io.mockupaws.core.wal.PageImage;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Pages as records hold them ({@code RestoreBlockImage}, xlogreader.c). */
final class PageContent {
  private PageContent() {}

  /** The page of a block; empty: the record has none that replay would put in place. */
  static Optional<byte[]> of(BlockReferences blocks, int index, int blockSize) {
    Optional<PageImage> image = blocks.image(index).filter(PageImage::applied);
    if (image.isEmpty()) {
      return Optional.empty();
    }
    ByteBuffer bytes = blocks.imageBytes(index);
    byte[] stored = new byte[bytes.remaining()];
    bytes.get(stored);
    int hole = image.get().hole(blockSize);
    Optional<byte[]> plain =
        image.get().compression().isEmpty()
            ? Optional.of(stored)
            : expanded(image.get().compression().get(), stored, blockSize - hole);
    return plain
        .filter(content -> content.length == blockSize - hole)
        .map(content -> withHole(content, image.get().holeOffset(), hole, blockSize));
  }

  private static byte[] withHole(byte[] content, int offset, int hole, int blockSize) {
    byte[] page = new byte[blockSize];
    int before = Math.min(offset, content.length);
    System.arraycopy(content, 0, page, 0, before);
    System.arraycopy(content, before, page, before + hole, content.length - before);
    return page;
  }

  private static Optional<byte[]> expanded(
      PageImage.Compression compression, byte[] stored, int length) {
    try {
      return Optional.of(
          switch (compression) {
            case PGLZ -> Expansion.pglz(stored, length);
            case LZ4 -> Expansion.lz4(stored, length);
            case ZSTD -> Zstd.decompress(stored, length);
          });
    } catch (IndexOutOfBoundsException | ZstdException e) {
      return Optional.empty(); // what cannot be read tells nothing
    }
  }
}
