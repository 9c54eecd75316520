package io.mockupaws.engine.repository;

import io.mockupaws.core.format.FrameReader;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.format.PackTable;
import java.nio.ByteBuffer;

/** Reads frames of packs, by one thread: neighbours in one request. */
public final class PackReader {
  /** Bytes of one request, unless a single frame is larger. */
  private static final int REQUEST_BYTES = 8 << 20;

  private final SealedObjects objects;

  PackReader(SealedObjects objects) {
    this.objects = objects;
  }

  /** Takes the content of a frame, valid during the call. */
  @FunctionalInterface
  public interface FrameSink {
    void frame(int number, ByteBuffer content);
  }

  /**
   * Reads frames in order.
   *
   * @param first the first one wanted
   * @param last the last one wanted, included
   * @throws io.mockupaws.core.failure.Failure DAMAGED_OBJECT, OBJECT_MISSING
   */
  public void read(PackTable pack, int first, int last, FrameSink sink) {
    byte[] header = objects.store().read(pack.key(), 0, FrameReader.HEADER_BYTES);
    try (FrameReader reader = objects.reader(pack.key(), ObjectKind.PACK, header)) {
      int next = first;
      while (next <= last) {
        int end = next + 1;
        while (end <= last && pack.offset(end + 1) - pack.offset(next) <= REQUEST_BYTES) {
          end++;
        }
        readTogether(pack, reader, next, end, sink);
        next = end;
      }
    }
  }

  private void readTogether(
      PackTable pack, FrameReader reader, int first, int end, FrameSink sink) {
    long from = pack.offset(first);
    int length = (int) (pack.offset(end) - from);
    byte[] bytes = objects.store().read(pack.key(), from, length);
    if (bytes.length < length) {
      throw FrameReader.damaged(pack.key(), "it is cut off");
    }
    for (int frame = first; frame < end; frame++) {
      int at = (int) (pack.offset(frame) - from);
      ByteBuffer content =
          reader.open(frame, ByteBuffer.wrap(bytes, at, pack.sealedLength(frame))).content();
      if (content.remaining() != pack.plainLength(frame)) {
        throw FrameReader.damaged(pack.key(), "frame " + frame + " is not what the manifest says");
      }
      sink.frame(frame, content);
    }
  }
}
