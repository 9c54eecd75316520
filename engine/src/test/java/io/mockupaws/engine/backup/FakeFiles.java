package io.mockupaws.engine.backup;

import io.mockupaws.core.pg.PageChecksum;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;

/** Files in memory that can change between two reads, and pages to put into them. */
final class FakeFiles implements FileReader {
  static final int PAGE = 8192;

  final Map<String, byte[]> files = new HashMap<>();
  final List<Piece> asked = new ArrayList<>();
  private UnaryOperator<byte[]> change = content -> content;

  /** From the next read on, files are seen through this. */
  void through(UnaryOperator<byte[]> seen) {
    change = seen;
  }

  @Override
  public int[] read(List<Piece> pieces, ByteBuffer into) {
    int[] got = new int[pieces.size()];
    for (int i = 0; i < got.length; i++) {
      Piece piece = pieces.get(i);
      asked.add(piece);
      byte[] content = files.get(piece.path());
      if (content == null) {
        got[i] = MISSING;
        continue;
      }
      byte[] seen = change.apply(content);
      int from = (int) Math.min(piece.offset(), seen.length);
      got[i] = Math.min(piece.length(), seen.length - from);
      into.put(seen, from, got[i]);
    }
    return got;
  }

  @Override
  public void close() {}

  /** A sound page with random content. */
  static byte[] page(long block, long lsn, long seed) {
    byte[] page = new byte[PAGE];
    new Random(seed).nextBytes(page);
    ByteBuffer header = ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(0, (int) (lsn >>> 32)).putInt(4, (int) lsn);
    header.putShort(10, (short) 0).putShort(12, (short) 40).putShort(14, (short) 4096);
    header.putShort(16, (short) PAGE).putShort(18, (short) (PAGE | 4));
    header.putShort(8, (short) PageChecksum.of(ByteBuffer.wrap(page), block));
    return page;
  }

  /** Pages one behind the other. */
  static byte[] join(byte[]... pages) {
    ByteBuffer all = ByteBuffer.allocate(pages.length * PAGE);
    for (byte[] page : pages) {
      all.put(page);
    }
    return all.array();
  }

  /** A copy with one byte of the content changed. */
  static byte[] spoiled(byte[] content, int at) {
    byte[] copy = content.clone();
    copy[at] ^= 1;
    return copy;
  }
}
