package io.mockupaws.core.history;

import java.util.Arrays;

/**
 * Two compressions of pages in WAL, undone. Both give shorter results for input that ends early,
 * and IndexOutOfBoundsException for input that makes no sense.
 */
final class Expansion {
  private final byte[] in;
  private final byte[] out;
  private int from;
  private int to;

  private Expansion(byte[] in, int length) {
    this.in = in;
    this.out = new byte[length];
  }

  /**
   * PostgreSQL's own (src/common/pg_lzcompress.c): a byte of eight flags, then eight items, each a
   * byte as it is, or a length and a distance back in two or three bytes.
   */
  static byte[] pglz(byte[] in, int length) {
    Expansion work = new Expansion(in, length);
    while (work.goesOn()) {
      int flags = work.u8();
      for (int bit = 0; bit < 8 && work.goesOn(); bit++) {
        if ((flags & 1 << bit) == 0) {
          work.out[work.to++] = work.in[work.from++];
          continue;
        }
        int first = work.u8();
        int back = (first & 0xF0) << 4 | work.u8();
        int count = (first & 0x0F) + 3;
        work.repeat(back, count == 18 ? count + work.u8() : count);
      }
    }
    return work.result();
  }

  /** A block of LZ4: literals, then a distance back and a length, again and again. */
  static byte[] lz4(byte[] in, int length) {
    Expansion work = new Expansion(in, length);
    while (work.goesOn()) {
      int token = work.u8();
      int literals = work.extended(token >>> 4);
      System.arraycopy(work.in, work.from, work.out, work.to, literals);
      work.from += literals;
      work.to += literals;
      if (work.goesOn()) {
        int back = work.u8() | work.u8() << 8;
        work.repeat(back, work.extended(token & 0x0F) + 4);
      }
    }
    return work.result();
  }

  private boolean goesOn() {
    return from < in.length && to < out.length;
  }

  private int u8() {
    return in[from++] & 0xFF;
  }

  private int extended(int value) {
    int sum = value;
    for (int more = value == 15 ? 255 : 0; more == 255; sum += more) {
      more = u8();
    }
    return sum;
  }

  /** The ranges may overlap: then what was just written is repeated. */
  private void repeat(int back, int count) {
    if (back == 0) {
      throw new IndexOutOfBoundsException("a distance of 0");
    }
    int end = Math.min(out.length, to + count);
    while (to < end) {
      out[to] = out[to - back];
      to++;
    }
  }

  private byte[] result() {
    return to == out.length ? out : Arrays.copyOf(out, to);
  }
}
