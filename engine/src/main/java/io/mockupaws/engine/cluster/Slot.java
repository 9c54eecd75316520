package io.mockupaws.engine.cluster;

import static java.util.Objects.requireNonNull;

import io.mockupaws.core.pg.Lsn;
import java.util.Optional;

/**
 * A physical replication slot ({@code pg_replication_slots}).
 *
 * @param active whether somebody streams through it
 * @param restartLsn from where on the server keeps WAL for it; empty while it keeps none
 * @param keeps what becomes of the WAL it needs
 */
public record Slot(String name, boolean active, Optional<Lsn> restartLsn, Keeps keeps) {
  /** {@code wal_status}. */
  public enum Keeps {
    /** It has reserved nothing yet. */
    NOTHING,
    /** What it needs is within max_wal_size. */
    RESERVED,
    /** What it needs is beyond max_wal_size and still kept. */
    EXTENDED,
    /** What it needs may go at the next checkpoint. */
    UNRESERVED,
    /** What it needs is gone: the slot is of no more use. */
    LOST
  }

  public Slot {
    requireNonNull(name, "name is null");
    requireNonNull(restartLsn, "restartLsn is null");
    requireNonNull(keeps, "keeps is null");
  }
}
