package io.mockupaws.store;

import io.mockupaws.core.format.ObjectKey;
import java.time.Instant;

/**
 * What a store tells of an object without reading it.
 *
 * @param size bytes
 * @param modified the store's clock when it became visible
 */
public record ObjectInfo(ObjectKey key, long size, Instant modified) {}
