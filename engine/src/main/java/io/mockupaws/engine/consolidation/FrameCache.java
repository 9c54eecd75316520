package io.mockupaws.engine.consolidation;

import io.mockupaws.core.format.PackTable;
import io.mockupaws.core.format.Run;
import io.mockupaws.engine.repository.PackReader;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Gives the bytes of runs, by one thread. Runs of neighbouring pages lie in the same frames: those
 * that were opened last are kept, at most 64 MiB of them.
 */
final class FrameCache {
  private static final long MOST_BYTES = 64L << 20;

  /** Frames that are asked for at once. */
  private static final int AT_ONCE = 32;

  private final PackReader reader;
  private final List<PackTable> packs;
  private final LinkedHashMap<Place, byte[]> opened = new LinkedHashMap<>(64, 0.75f, true);
  private long bytes;

  private record Place(int pack, int frame) {}

  FrameCache(PackReader reader, List<PackTable> packs) {
    this.reader = reader;
    this.packs = packs;
  }

  /**
   * Hands over the bytes of a run, one part after the other.
   *
   * @throws io.mockupaws.core.failure.Failure DAMAGED_OBJECT, OBJECT_MISSING
   */
  void read(Run run, Consumer<ByteBuffer> taker) {
    PackTable pack = packs.get(run.pack());
    long left = run.length();
    int at = run.frameOffset();
    for (int frame = run.frame(); left > 0; frame++) {
      byte[] content = frame(pack, run.pack(), frame, lastFrame(pack, run));
      int count = (int) Math.min(left, content.length - at);
      taker.accept(ByteBuffer.wrap(content, at, count));
      left -= count;
      at = 0;
    }
  }

  private static int lastFrame(PackTable pack, Run run) {
    return pack.frameAt(pack.plainStart(run.frame()) + run.frameOffset() + run.length() - 1);
  }

  private byte[] frame(PackTable pack, int number, int frame, int last) {
    return Optional.ofNullable(opened.get(new Place(number, frame)))
        .orElseGet(() -> fetched(pack, number, frame, last));
  }

  private byte[] fetched(PackTable pack, int number, int first, int last) {
    int end = Math.min(last, first + AT_ONCE - 1);
    byte[][] wanted = new byte[1][];
    reader.read(
        pack,
        first,
        end,
        (frame, content) -> {
          byte[] copy = new byte[content.remaining()];
          content.get(copy);
          keep(new Place(number, frame), copy);
          if (frame == first) {
            wanted[0] = copy;
          }
        });
    return wanted[0];
  }

  private void keep(Place place, byte[] content) {
    byte[] before = opened.put(place, content);
    bytes += content.length - (before == null ? 0 : before.length);
    while (bytes > MOST_BYTES && opened.size() > 1) {
      Map.Entry<Place, byte[]> oldest = opened.pollFirstEntry();
      bytes -= oldest.getValue().length;
    }
  }
}
