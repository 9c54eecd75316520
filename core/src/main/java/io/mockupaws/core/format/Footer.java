package io.mockupaws.core.format;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The last 16 bytes of a sealed object: where its last frame lies. Not authenticated itself; what
 * it leads to is.
 *
 * @param lastFrameOffset from the object's start, in bytes
 * @param lastFrameLength bytes with header and tag
 */
public record Footer(long lastFrameOffset, int lastFrameLength) {
  /** Empty when the bytes are no footer, or one that cannot belong to an object of that size. */
  public static Optional<Footer> parse(byte[] bytes, long objectSize) {
    if (bytes.length != FrameWriter.FOOTER_BYTES) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    Footer footer = new Footer(in.getLong(), in.getInt());
    boolean fits =
        in.getInt() == FrameWriter.FOOTER_MAGIC
            && footer.lastFrameOffset >= ObjectHeader.BYTES
            && footer.lastFrameLength >= FrameHeader.BYTES
            && footer.lastFrameOffset + footer.lastFrameLength + FrameWriter.FOOTER_BYTES
                == objectSize;
    return fits ? Optional.of(footer) : Optional.empty();
  }
}
