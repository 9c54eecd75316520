package io.mockupaws.core.format;

import java.nio.ByteBuffer;

/**
 * The 16 bytes before each frame, big-endian; associated data of the frame.
 *
 * <pre>
 *  0  4  number, from 0
 *  4  4  bytes of the content
 *  8  4  bytes that follow: the sealed content, tag included
 * 12  1  codec: 0 stored, 1 zstd
 * 13  1  flags: 1 the last frame
 * 14  2  zero
 * </pre>
 *
 * @param plainLength bytes of the content before compression
 * @param sealedLength bytes that follow the header, tag included
 */
record FrameHeader(int number, int plainLength, int sealedLength, Codec codec, boolean last) {
  static final int BYTES = 16;

  private static final int LAST = 1;

  /** How a frame's content is compressed. */
  enum Codec {
    STORED(0),
    ZSTD(1);

    private final int number;

    Codec(int number) {
      this.number = number;
    }
  }

  void write(ByteBuffer out) {
    out.putInt(number).putInt(plainLength).putInt(sealedLength);
    out.put((byte) codec.number).put((byte) (last ? LAST : 0)).putShort((short) 0);
  }

  /**
   * Reads a header.
   *
   * @throws IllegalArgumentException when no writer of this format made it
   */
  static FrameHeader read(ByteBuffer in) {
    int number = in.getInt();
    int plain = in.getInt();
    int sealed = in.getInt();
    int codec = in.get();
    int flags = in.get();
    int zero = in.getShort();
    if (plain < 0
        || plain > ObjectHeader.MAX_FRAME
        || sealed < 0
        || sealed > ObjectHeader.MAX_FRAME + BYTES
        || (codec != Codec.STORED.number && codec != Codec.ZSTD.number)
        || (flags & ~LAST) != 0
        || zero != 0) {
      throw new IllegalArgumentException("no frame header");
    }
    return new FrameHeader(
        number,
        plain,
        sealed,
        codec == Codec.ZSTD.number ? Codec.ZSTD : Codec.STORED,
        flags == LAST);
  }
}
