package io.mockupaws.engine.consolidation;

import io.mockupaws.engine.repository.PackSet;

/**
 * How a consolidation is divided, so that what is done stays done and nobody waits for all of it.
 *
 * @param most bytes copied between two manifests: what a kill costs
 * @param least bytes copied that are worth a manifest, when it is broken off
 */
public record Portions(long most, long least) {

  /** As commands divide it. */
  public static Portions usual() {
    return new Portions(16L << 30, PackSet.DEFAULT_PACK_BYTES);
  }
}
