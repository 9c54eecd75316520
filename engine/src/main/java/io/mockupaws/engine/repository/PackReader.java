package io.mockupaws.engine.repository;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.FrameReader;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.store.Store;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Reads frames of packs, by one thread: neighbours in one request. */
public final class PackReader {
  /** Bytes of one request, unless a single frame is larger. */
  private static final int REQUEST_BYTES = 8 << 20;

  private final SealedObjects objects;
  private Optional<Header> known = Optional.empty();

  private record Header(Store copy, ObjectKey key, byte[] bytes) {}

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
    int next = first;
    while (next <= last) {
      int end = next + 1;
      while (end <= last && pack.offset(end + 1) - pack.offset(next) <= REQUEST_BYTES) {
        end++;
      }
      readTogether(pack, next, end, sink);
      next = end;
    }
  }

  /**
   * Frames that were handed over before damage showed are not read again. Each copy may be damaged
   * in other frames: as long as one of them gets further, reading goes on.
   */
  private void readTogether(PackTable pack, int first, int end, FrameSink sink) {
    int[] next = {first};
    while (next[0] < end) {
      int before = next[0];
      try {
        Copies.whole(
            objects.store(),
            copy -> {
              read(copy, pack, next[0], end, counting(sink, next));
              return end;
            });
      } catch (Failure e) {
        if (e.code() != ErrorCode.DAMAGED_OBJECT || next[0] == before) {
          throw e;
        }
      }
    }
  }

  private static FrameSink counting(FrameSink sink, int[] next) {
    return (frame, content) -> {
      sink.frame(frame, content);
      next[0] = frame + 1;
    };
  }

  private void read(Store copy, PackTable pack, int first, int end, FrameSink sink) {
    byte[] header = header(copy, pack);
    long from = pack.offset(first);
    int length = (int) (pack.offset(end) - from);
    byte[] bytes = copy.read(pack.key(), from, length);
    try (FrameReader reader = objects.reader(pack.key(), ObjectKind.PACK, header)) {
      for (int frame = first; frame < end; frame++) {
        int at = (int) (pack.offset(frame) - from);
        int sealed = pack.sealedLength(frame);
        if (at + sealed > bytes.length) {
          throw FrameReader.damaged(pack.key(), "it is cut off");
        }
        ByteBuffer content = reader.open(frame, ByteBuffer.wrap(bytes, at, sealed)).content();
        if (content.remaining() != pack.plainLength(frame)) {
          throw FrameReader.damaged(
              pack.key(), "frame " + frame + " is not what the manifest says");
        }
        sink.frame(frame, content);
      }
    }
  }

  /** Read once for the frames of one pack from one place. */
  private byte[] header(Store copy, PackTable pack) {
    if (known.isEmpty()
        || !known.get().copy().equals(copy)
        || !known.get().key().equals(pack.key())) {
      byte[] bytes = copy.read(pack.key(), 0, FrameReader.HEADER_BYTES);
      known = Optional.of(new Header(copy, pack.key(), bytes));
    }
    return known.get().bytes();
  }
}
