package io.mockupaws.engine.repository;

import io.mockupaws.core.format.FrameWriter;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.CreateOutcome;
import io.mockupaws.store.Store;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * A sealed object of unknown length in the making, by one thread. Closing without a commit removes
 * it.
 */
public final class SealedUpload extends OutputStream {
  private final FrameWriter writer;
  private final PartBuffer parts;
  private final ByteBuffer plain = ByteBuffer.allocateDirect(FrameWriter.FRAME_SIZE);

  SealedUpload(Store store, ObjectKey key, FrameWriter writer) {
    this.writer = writer;
    this.parts = new PartBuffer(store, key);
    parts.append(writer.header());
  }

  /** Adds content; the buffer is drained. */
  public void write(ByteBuffer bytes) {
    int end = bytes.limit();
    while (bytes.hasRemaining()) {
      bytes.limit(Math.min(end, bytes.position() + plain.remaining()));
      plain.put(bytes);
      bytes.limit(end);
      if (!plain.hasRemaining()) {
        flushFrame();
      }
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    write(ByteBuffer.wrap(bytes, offset, length));
  }

  @Override
  public void write(int b) {
    write(ByteBuffer.wrap(new byte[] {(byte) b}));
  }

  private void flushFrame() {
    parts.append(writer.frame(plain.flip()));
    plain.clear();
  }

  /** Makes the object visible, with what a reader of the whole learns at its end. */
  public CreateOutcome commit(byte[] trailer) {
    if (plain.position() > 0) {
      flushFrame();
    }
    parts.append(writer.finish(trailer));
    return parts.commit();
  }

  /** Bytes of the object so far. */
  public long length() {
    return writer.length();
  }

  @Override
  public void close() {
    writer.close();
    parts.close();
  }
}
