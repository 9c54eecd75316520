package io.mockupaws.store;

import java.time.Instant;
import java.util.Optional;

/**
 * In which class of storage an object lies, and whether it can be read.
 *
 * @param storageClass empty for one that is not known here; it counts as readable
 * @param size bytes
 * @param version what changes with the object's bytes or place, as the store names it
 * @param thawing whether a copy that can be read is being made
 * @param thawedUntil how long one lasts that is there
 */
public record StoredAs(
    Optional<StorageClass> storageClass,
    long size,
    String version,
    boolean thawing,
    Optional<Instant> thawedUntil) {

  /** Whether it cannot be read as it is. */
  public boolean isFrozen() {
    return storageClass.filter(StorageClass::isFrozen).isPresent() && thawedUntil.isEmpty();
  }
}
