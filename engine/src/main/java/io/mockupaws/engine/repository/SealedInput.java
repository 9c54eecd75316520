package io.mockupaws.engine.repository;

import io.mockupaws.core.format.FrameReader;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The content of a sealed object from its beginning. The end is reported only behind the marked
 * last frame: an object that was cut off fails.
 */
public final class SealedInput extends InputStream {
  private final ObjectKey key;
  private final InputStream in;
  private final FrameReader reader;
  private final byte[] frameHeader = new byte[FrameReader.FRAME_HEADER_BYTES];
  private byte[] sealed = new byte[0];
  private ByteBuffer content = ByteBuffer.allocate(0);
  private int nextFrame;
  private Optional<byte[]> trailer = Optional.empty();

  SealedInput(SealedObjects objects, ObjectKey key, ObjectKind kind, InputStream in) {
    this.key = key;
    this.in = in;
    byte[] header = readFully(FrameReader.HEADER_BYTES);
    this.reader = objects.reader(key, kind, header);
  }

  /**
   * What the writer left at the end; reads to the end if need be.
   *
   * @throws io.mockupaws.core.failure.Failure DAMAGED_OBJECT
   */
  public byte[] trailer() {
    while (trailer.isEmpty()) {
      nextFrame();
    }
    return trailer.get().clone();
  }

  @Override
  public int read() {
    return fill() ? content.get() & 0xFF : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, content.remaining());
    content.get(target, offset, count);
    return count;
  }

  private boolean fill() {
    while (!content.hasRemaining()) {
      if (trailer.isPresent()) {
        return false;
      }
      nextFrame();
    }
    return true;
  }

  private void nextFrame() {
    readInto(frameHeader, 0, frameHeader.length);
    int length = reader.sealedLength(ByteBuffer.wrap(frameHeader));
    int whole = frameHeader.length + length;
    if (sealed.length < whole) {
      sealed = new byte[whole];
    }
    System.arraycopy(frameHeader, 0, sealed, 0, frameHeader.length);
    readInto(sealed, frameHeader.length, length);
    FrameReader.Frame frame = reader.open(nextFrame++, ByteBuffer.wrap(sealed, 0, whole));
    if (frame.last()) {
      byte[] bytes = new byte[frame.content().remaining()];
      frame.content().get(bytes);
      trailer = Optional.of(bytes);
    } else {
      content = frame.content();
    }
  }

  private byte[] readFully(int length) {
    byte[] bytes = new byte[length];
    readInto(bytes, 0, length);
    return bytes;
  }

  private void readInto(byte[] target, int offset, int length) {
    try {
      if (in.readNBytes(target, offset, length) < length) {
        throw FrameReader.damaged(key, "it is cut off");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    reader.close();
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
