package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;

/** The server does not have the WAL any more that was asked for. */
public final class WalRemoved extends Failure {
  private static final long serialVersionUID = 1L;

  /** What the server said. */
  public WalRemoved(String what) {
    super(
        ErrorCode.WAL_HOLE,
        "the server no longer has the WAL that is needed: " + what,
        "Take a backup: nothing can be recovered across the hole. Keep the slot, and see"
            + " max_slot_wal_keep_size.");
  }
}
