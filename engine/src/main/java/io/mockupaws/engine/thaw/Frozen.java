package io.mockupaws.engine.thaw;

import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.StorageClass;
import io.mockupaws.store.Store;

/**
 * An object that cannot be read as it lies, in the store from which it would be had.
 *
 * @param bytes its size
 * @param storageClass a frozen one
 * @param thawing whether a copy that can be read is being made already
 */
public record Frozen(
    Store store, ObjectKey key, long bytes, StorageClass storageClass, boolean thawing) {}
