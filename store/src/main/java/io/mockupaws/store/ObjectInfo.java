package io.mockupaws.store;

import io.mockupaws.core.format.ObjectKey;
import java.time.Instant;
import java.util.Optional;

/**
 * What a store tells of an object without reading it.
 *
 * @param size bytes
 * @param modified the store's clock when it became visible
 * @param storageClass where it lies; empty where the place has no classes, or one not known here
 */
public record ObjectInfo(
    ObjectKey key, long size, Instant modified, Optional<StorageClass> storageClass) {
  /** Of a place without classes of storage. */
  public ObjectInfo(ObjectKey key, long size, Instant modified) {
    this(key, size, modified, Optional.empty());
  }
}
