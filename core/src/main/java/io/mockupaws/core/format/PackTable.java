package io.mockupaws.core.format;

import static java.util.Objects.checkIndex;

/**
 * The frames of a pack: how long each is, and so where it lies. The last frame, the trailer, is not
 * among them.
 */
public final class PackTable {
  private final ObjectKey key;
  private final long size;

  /** Bytes of the content of each frame but the last, where they are the same, and of the last. */
  private final int usualLength;

  private final int lastLength;

  /** Where contents begin; empty where that follows from the usual length, as in what we write. */
  private final long[] plainStarts;

  /** Where frames end in the object: below 2 GiB. */
  private final int[] ends;

  /**
   * A table.
   *
   * @param size bytes of the object; its frames end below 2 GiB
   * @param plainLengths bytes of each frame's content
   * @param sealedLengths bytes of each frame in the object, its header and tag included
   */
  public PackTable(ObjectKey key, long size, int[] plainLengths, int[] sealedLengths) {
    if (plainLengths.length != sealedLengths.length) {
      throw new IllegalArgumentException("a pack's table has two lengths a frame");
    }
    this.key = key;
    this.size = size;
    int frames = plainLengths.length;
    this.usualLength = frames == 0 ? 0 : plainLengths[0];
    this.lastLength = frames == 0 ? 0 : plainLengths[frames - 1];
    this.plainStarts = isRegular(plainLengths) ? new long[0] : starts(plainLengths);
    this.ends = new int[frames];
    long end = ObjectHeader.BYTES;
    for (int i = 0; i < frames; i++) {
      if (sealedLengths[i] < FrameHeader.BYTES || plainLengths[i] < 0) {
        throw new IllegalArgumentException("a frame's length is none");
      }
      end += sealedLengths[i];
      if (end > size || end > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("a pack's frames are longer than the pack can be");
      }
      ends[i] = (int) end;
    }
  }

  private static boolean isRegular(int[] lengths) {
    for (int i = 1; i < lengths.length - 1; i++) {
      if (lengths[i] != lengths[0]) {
        return false;
      }
    }
    return true;
  }

  private static long[] starts(int[] lengths) {
    long[] starts = new long[lengths.length + 1];
    for (int i = 0; i < lengths.length; i++) {
      starts[i + 1] = starts[i] + lengths[i];
    }
    return starts;
  }

  public ObjectKey key() {
    return key;
  }

  /** Bytes of the object. */
  public long size() {
    return size;
  }

  /** How many frames hold data. */
  public int frames() {
    return ends.length;
  }

  /** Bytes of a frame's content. */
  public int plainLength(int frame) {
    checkIndex(frame, ends.length);
    return (int) (plainStart(frame + 1) - plainStart(frame));
  }

  /**
   * Where a frame's content begins in that of the pack; for the number of frames, where the last
   * one's ends.
   */
  public long plainStart(int frame) {
    checkIndex(frame, ends.length + 1);
    if (plainStarts.length > 0) {
      return plainStarts[frame];
    }
    return frame == 0 || frame < ends.length
        ? (long) usualLength * frame
        : (long) usualLength * (frame - 1) + lastLength;
  }

  /** The frame that holds the byte at a place of the pack's content. */
  public int frameAt(long position) {
    checkIndex(position, plainStart(ends.length));
    int low = 0;
    int high = ends.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (plainStart(middle) <= position) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** Bytes of a frame in the object. */
  public int sealedLength(int frame) {
    return (int) (offset(frame + 1) - offset(frame));
  }

  /** Where a frame begins in the object; for the number of frames, where the last one ends. */
  public long offset(int frame) {
    checkIndex(frame, ends.length + 1);
    return frame == 0 ? ObjectHeader.BYTES : ends[frame - 1];
  }
}
