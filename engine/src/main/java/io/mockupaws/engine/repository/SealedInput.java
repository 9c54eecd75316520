package io.mockupaws.engine.repository;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.Footer;
import io.mockupaws.core.format.FrameReader;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * The content of a sealed object from its beginning. The end is reported only behind the marked
 * last frame: an object that was cut off fails. Where a copy is damaged, reading goes on from
 * another store's.
 */
public final class SealedInput extends InputStream {
  private final SealedObjects objects;
  private final ObjectKey key;
  private final ObjectKind kind;
  private final byte[] frameHeader = new byte[FrameReader.FRAME_HEADER_BYTES];
  private Source source;
  private byte[] sealed = new byte[0];
  private ByteBuffer content = ByteBuffer.allocate(0);
  private int nextFrame;
  private long offset = FrameReader.HEADER_BYTES;
  private Optional<byte[]> trailer = Optional.empty();

  /** A copy of the object, read up to the next frame. */
  private record Source(byte[] header, FrameReader reader, InputStream in) {
    void close() {
      reader.close();
      try {
        in.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  SealedInput(SealedObjects objects, ObjectKey key, ObjectKind kind) {
    this.objects = objects;
    this.key = key;
    this.kind = kind;
    this.source = Copies.whole(objects.store(), this::begin);
  }

  private Source begin(Store store) {
    InputStream in = store.read(key, 0);
    try {
      byte[] header = new byte[FrameReader.HEADER_BYTES];
      readInto(in, header, 0, header.length);
      return new Source(header, objects.reader(key, kind, header), in);
    } catch (RuntimeException e) {
      close(in);
      throw e;
    }
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
    FrameReader.Frame frame;
    try {
      frame = frame(source);
    } catch (Failure e) {
      if (e.code() != ErrorCode.DAMAGED_OBJECT || objects.store().members().isEmpty()) {
        throw e;
      }
      frame = frameOfAnotherCopy(e);
    }
    nextFrame++;
    offset += frameHeader.length + reader().sealedLength(ByteBuffer.wrap(frameHeader));
    if (frame.last()) {
      byte[] bytes = new byte[frame.content().remaining()];
      frame.content().get(bytes);
      trailer = Optional.of(bytes);
    } else {
      content = frame.content();
    }
  }

  private FrameReader reader() {
    return source.reader();
  }

  private FrameReader.Frame frame(Source from) {
    readInto(from.in(), frameHeader, 0, frameHeader.length);
    int length = from.reader().sealedLength(ByteBuffer.wrap(frameHeader));
    int whole = frameHeader.length + length;
    if (sealed.length < whole) {
      sealed = new byte[whole];
    }
    System.arraycopy(frameHeader, 0, sealed, 0, frameHeader.length);
    readInto(from.in(), sealed, frameHeader.length, length);
    FrameReader.Frame frame = from.reader().open(nextFrame, ByteBuffer.wrap(sealed, 0, whole));
    if (frame.last()) {
      demandEnd(from, whole);
    }
    return frame;
  }

  /**
   * Behind the last frame is its footer and nothing else. Who reads on does not need it, and who
   * looks for the trailer from the end finds none when it is wrong.
   */
  private void demandEnd(Source from, int lastFrameLength) {
    byte[] footer = new byte[FrameReader.FOOTER_BYTES];
    readInto(from.in(), footer, 0, footer.length);
    boolean right =
        Footer.parse(footer, offset + lastFrameLength + footer.length)
            .filter(found -> found.lastFrameOffset() == offset)
            .isPresent();
    try {
      if (!right || from.in().read() >= 0) {
        throw FrameReader.damaged(key, "it does not end behind its last frame");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reading goes on from that copy, at the same frame. */
  private FrameReader.Frame frameOfAnotherCopy(Failure damage) {
    return Copies.another(
        objects.store(),
        store -> {
          Source other = begin(store);
          try {
            if (nextFrame > 0 && !Arrays.equals(other.header(), source.header())) {
              throw FrameReader.damaged(key, "another store has another object of that name");
            }
            other.in().skipNBytes(offset - FrameReader.HEADER_BYTES);
            FrameReader.Frame frame = frame(other);
            source.close();
            source = other;
            return frame;
          } catch (IOException e) {
            other.close();
            throw FrameReader.damaged(key, "it is cut off");
          } catch (RuntimeException e) {
            other.close();
            throw e;
          }
        },
        damage);
  }

  private void readInto(InputStream in, byte[] target, int at, int length) {
    try {
      if (in.readNBytes(target, at, length) < length) {
        throw FrameReader.damaged(key, "it is cut off");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void close(InputStream in) {
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    source.close();
  }
}
