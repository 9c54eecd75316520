package io.mockupaws.engine.journal;

/**
 * Transaction ids from the lowest to the highest, as unsigned numbers of 32 bits. It tells where an
 * id cannot be, and never that it is there.
 */
public record XidRange(long lowest, long highest) {
  /** With one more in it. */
  XidRange and(long xid) {
    return new XidRange(Math.min(lowest, xid), Math.max(highest, xid));
  }

  boolean mayHave(long xid) {
    return lowest <= xid && xid <= highest;
  }
}
