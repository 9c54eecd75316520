package io.mockupaws.engine.replication;

/**
 * An object that is not the same in all stores and that no copying mends.
 *
 * @param store the address of the store that has it
 * @param object its key
 * @param what in words
 */
public record ReplicationFinding(Kind kind, String store, String object, String what) {
  /** What is wrong. */
  public enum Kind {
    /** This copy is not whole. */
    DAMAGED,
    /** Two stores have different objects of one name, each whole. */
    CONFLICT
  }
}
