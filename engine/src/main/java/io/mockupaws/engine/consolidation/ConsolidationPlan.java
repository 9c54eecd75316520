package io.mockupaws.engine.consolidation;

import io.mockupaws.core.format.BackupId;
import java.util.BitSet;
import java.util.List;

/**
 * What a consolidation would rewrite.
 *
 * @param backup whose manifest was read
 * @param packs that it needs
 * @param content bytes in them, decompressed
 * @param needed of these bytes, those that the backup needs
 * @param rewrite the packs that it would need no more, by their numbers
 * @param copied bytes that would be written anew, before compression
 * @param released bytes in those packs, those that are copied apart: what is garbage for this
 *     backup
 * @param obstacles why it cannot be done, in words
 */
public record ConsolidationPlan(
    BackupId backup,
    int packs,
    long content,
    long needed,
    BitSet rewrite,
    long copied,
    long released,
    List<String> obstacles) {
  /** Of all bytes in the packs. */
  private static final double WORTH = 0.25;

  private static final int MANY = 32;

  public ConsolidationPlan {
    obstacles = List.copyOf(obstacles);
  }

  /** How many packs it would need no more. */
  public int rewritten() {
    return rewrite.cardinality();
  }

  /** Part of the bytes in its packs that the backup does not need, 0 to 1. */
  public double garbage() {
    return content == 0 ? 0 : Math.max(0, 1 - (double) needed / content);
  }

  /**
   * Whether it is time: a quarter of what the packs hold would be released, or as many small packs
   * have come together as a restore should not have to ask for one by one.
   */
  public boolean isDue() {
    return obstacles.isEmpty()
        && rewritten() > 0
        && (released >= content * WORTH || rewritten() >= MANY);
  }
}
