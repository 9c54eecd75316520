package io.mockupaws.core.pg;

import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * What a checkpoint's record says; the control file holds a copy of the last one ({@code
 * CheckPoint}, src/include/catalog/pg_control.h: the fields read here lie alike in 15 to 18).
 *
 * @param redo where replay from it begins
 * @param timeline the timeline it is on
 * @param previousTimeline another one when this checkpoint begins a timeline
 * @param fullPageWrites the setting at that moment
 * @param nextXid the next transaction id with its epoch, 64 bits
 * @param nextOid 32 bits, unsigned
 * @param time when it was made, to the second
 */
public record Checkpoint(
    Lsn redo,
    Timeline timeline,
    Timeline previousTimeline,
    boolean fullPageWrites,
    long nextXid,
    int nextOid,
    Instant time) {
  /** Bytes of the structure. */
  public static final int SIZE = 88;

  /**
   * Reads the structure at an absolute index of a little-endian buffer.
   *
   * @throws IllegalArgumentException when it names no timeline, or a time that there is not
   */
  public static Checkpoint read(ByteBuffer bytes, int at) {
    return new Checkpoint(
        new Lsn(bytes.getLong(at)),
        new Timeline(bytes.getInt(at + 8)),
        new Timeline(bytes.getInt(at + 12)),
        bytes.get(at + 16) != 0,
        bytes.getLong(at + 24),
        bytes.getInt(at + 32),
        time(bytes.getLong(at + 64)));
  }

  private static Instant time(long seconds) {
    try {
      return Instant.ofEpochSecond(seconds);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(seconds + " s are no time", e);
    }
  }
}
