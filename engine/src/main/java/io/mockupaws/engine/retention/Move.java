package io.mockupaws.engine.retention;

import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.StorageClass;

/**
 * An object that moves to a colder class of storage.
 *
 * @param store the address of the one of several stores in which it does
 * @param bytes its size
 */
public record Move(String store, ObjectKey key, long bytes, StorageClass from, StorageClass to) {}
