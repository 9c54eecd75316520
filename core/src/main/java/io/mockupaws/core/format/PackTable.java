package io.mockupaws.core.format;

import static java.util.Objects.checkIndex;

/**
 * The frames of a pack: how long each is, and so where it lies. The last frame, the trailer, is not
 * among them.
 */
public final class PackTable {
  private final ObjectKey key;
  private final long size;
  private final int[] plainLengths;
  private final int[] sealedLengths;
  private final long[] offsets;

  /**
   * A table.
   *
   * @param size bytes of the object
   * @param plainLengths bytes of each frame's content
   * @param sealedLengths bytes of each frame in the object, its header and tag included
   */
  public PackTable(ObjectKey key, long size, int[] plainLengths, int[] sealedLengths) {
    if (plainLengths.length != sealedLengths.length) {
      throw new IllegalArgumentException("a pack's table has two lengths a frame");
    }
    this.key = key;
    this.size = size;
    this.plainLengths = plainLengths.clone();
    this.sealedLengths = sealedLengths.clone();
    this.offsets = new long[sealedLengths.length + 1];
    offsets[0] = ObjectHeader.BYTES;
    for (int i = 0; i < sealedLengths.length; i++) {
      if (sealedLengths[i] < FrameHeader.BYTES || plainLengths[i] < 0) {
        throw new IllegalArgumentException("a frame's length is none");
      }
      offsets[i + 1] = offsets[i] + sealedLengths[i];
    }
    if (offsets[sealedLengths.length] > size) {
      throw new IllegalArgumentException("a pack's frames are longer than the pack");
    }
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
    return sealedLengths.length;
  }

  /** Bytes of a frame's content. */
  public int plainLength(int frame) {
    return plainLengths[frame];
  }

  /** Bytes of a frame in the object. */
  public int sealedLength(int frame) {
    return sealedLengths[frame];
  }

  /** Where a frame begins in the object; for the number of frames, where the last one ends. */
  public long offset(int frame) {
    return offsets[checkIndex(frame, offsets.length)];
  }
}
