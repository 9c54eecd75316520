package io.mockupaws.core.wal;

import io.mockupaws.core.pg.Lsn;

/** How a walk stands. */
public sealed interface WalState {

  /** All that was fed is in order; the next bytes may be fed. */
  record Reading() implements WalState {}

  /**
   * The WAL ends: zeros, or an older page of a recycled file, where a record or page would begin.
   * Feeding on is allowed and only looks whether WAL goes on behind.
   *
   * @param at the end of the last whole record, or the start of a record that is not whole
   * @param seenAt where the zeros or the older page begin
   * @param recycled an older page and not zeros
   */
  record Ended(Lsn at, Lsn seenAt, boolean recycled) implements WalState {}

  /** The WAL is broken. Feeding on is allowed and does nothing. */
  record Damaged(WalDamage damage) implements WalState {}
}
