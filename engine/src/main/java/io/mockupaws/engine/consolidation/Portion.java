package io.mockupaws.engine.consolidation;

import io.mockupaws.core.format.BackupId;

/**
 * A part of a consolidation that was committed.
 *
 * @param id of the backup that it made
 * @param stored bytes of the packs it wrote
 * @param copied bytes, before compression
 */
record Portion(BackupId id, long stored, long copied, End end) {
  enum End {
    /** Nothing is left to be copied. */
    ALL,
    /** There is more. */
    FULL,
    /** It was broken off, or made way. */
    EARLY
  }

  boolean isFull() {
    return end == End.FULL;
  }
}
