package io.mockupaws.engine.journal;

import java.util.OptionalLong;

/**
 * What comes first when the repository cannot take WAL and the server's disk fills.
 *
 * @param choice which of both
 * @param limit bytes of WAL kept for the slot from which on there is an alarm, or it is shed;
 *     empty: half of {@code max_slot_wal_keep_size}, or of the disk as far as it can be told
 */
public record PrimaryDiskPolicy(Choice choice, OptionalLong limit) {
  /** The choice. */
  public enum Choice {
    /** The server keeps its WAL, and there is an alarm. */
    KEEP,
    /** The server may remove it: a hole is recorded, and a backup is taken at once. */
    SHED
  }

  /** WAL first. */
  public static PrimaryDiskPolicy keep() {
    return new PrimaryDiskPolicy(Choice.KEEP, OptionalLong.empty());
  }
}
