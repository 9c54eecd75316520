package io.mockupaws.core.format;

/**
 * Where a stretch of a file lies. The contents of a pack's frames, one behind the other, are one
 * sequence of bytes; a run is a part of it and may span frames.
 *
 * @param fileOffset where the bytes belong in the file
 * @param length bytes, at least 1
 * @param pack the pack's number in the manifest
 * @param frame the frame in which the run begins
 * @param frameOffset where it begins in that frame's content
 */
public record Run(long fileOffset, long length, int pack, int frame, int frameOffset) {
  public Run {
    if (fileOffset < 0 || length < 1 || pack < 0 || frame < 0 || frameOffset < 0) {
      throw new IllegalArgumentException("not a run");
    }
  }
}
