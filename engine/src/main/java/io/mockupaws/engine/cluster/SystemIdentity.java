package io.mockupaws.engine.cluster;

import static java.util.Objects.requireNonNull;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;

/**
 * The answer to {@code IDENTIFY_SYSTEM} (PostgreSQL, documentation, "Streaming Replication
 * Protocol").
 *
 * @param systemIdentifier 64 bits, unsigned
 * @param timeline the timeline the server is on; on a standby the one it replays
 * @param flushed how far WAL is flushed; on a standby how far it was replayed or received
 */
public record SystemIdentity(long systemIdentifier, Timeline timeline, Lsn flushed) {
  public SystemIdentity {
    requireNonNull(timeline, "timeline is null");
    requireNonNull(flushed, "flushed is null");
  }
}
