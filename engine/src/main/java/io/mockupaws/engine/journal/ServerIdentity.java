package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Which server answered and where it stands.
 *
 * @param systemIdentifier 64 bits, unsigned
 * @param flushed how far its WAL is flushed, or received on a standby
 * @param standby whether it is in recovery: its position may lie behind for a while
 * @param segmentSize bytes a WAL segment
 * @param senderTimeout after so long without a status it hangs up; zero: never
 * @param started when it was started, in microseconds: its next start has another one, a copy's
 *     too; empty where it does not run
 */
public record ServerIdentity(
    long systemIdentifier,
    Timeline timeline,
    Lsn flushed,
    boolean standby,
    int segmentSize,
    Duration senderTimeout,
    Optional<Instant> started) {}
