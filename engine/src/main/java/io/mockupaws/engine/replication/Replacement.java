package io.mockupaws.engine.replication;

/**
 * A copy whose place another store's takes.
 *
 * @param store the address of the store in which it lies
 * @param object its key
 * @param aside the key under which it is kept there
 */
public record Replacement(String store, String object, String aside) {}
