package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.cluster.PrimaryDisk;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A stream at one instant.
 *
 * @param timeline being streamed; empty before the first connection
 * @param received the end of the WAL that has come in
 * @param durable the position reported to the server as flushed
 * @param stored the end of the WAL that is in the repository without a gap
 * @param serverEnd how far the server was when it last said something
 * @param lagBytes WAL of the server that is not in the repository
 * @param lag how long the oldest received byte has been waiting for the repository
 * @param spooled bytes in the spool
 * @param lastUpload when a piece or a segment last became durable in the repository
 * @param lastError what keeps it from going on now
 * @param connections how many connections there have been
 * @param holes met by this process
 * @param synchronous whether commits wait for this stream
 * @param stores how each of several stores stands; empty where there is one
 * @param disk how the WAL kept for the slot fills the server's disk; empty when it cannot be told
 * @param shed how often WAL was given up to protect that disk
 * @param unrecordedHoles of the holes, those that the repository does not know yet
 * @param unsummarised why the first of the segments has no summary of changes for which there was
 *     one; empty while there is none such
 * @param unstored bytes of WAL in the spool that are not in the repository
 */
public record StreamState(
    Phase phase,
    Optional<Timeline> timeline,
    Lsn received,
    Lsn durable,
    Lsn stored,
    Lsn serverEnd,
    long lagBytes,
    Duration lag,
    long spooled,
    Optional<Instant> lastUpload,
    Optional<Failure> lastError,
    int connections,
    List<Hole> holes,
    boolean synchronous,
    List<OfStore> stores,
    Optional<PrimaryDisk> disk,
    int shed,
    int unrecordedHoles,
    Optional<String> unsummarised,
    long unstored) {

  /**
   * One of several stores.
   *
   * @param away why it takes no part
   * @param conflict a key under which it has other bytes than another store
   * @param whole whether it is known to have everything
   */
  public record OfStore(
      String address, Optional<Failure> away, Optional<ObjectKey> conflict, boolean whole) {}

  /** What the stream is doing. */
  public enum Phase {
    /** Finding where it left off, or connecting. */
    CONNECTING,
    /** Comparing what the server sends with what the repository has. */
    COMPARING,
    STREAMING,
    /** Waiting before it connects again. */
    WAITING,
    STOPPED,
    /** It will not go on by itself. */
    FAILED
  }

  public StreamState {
    holes = List.copyOf(holes);
    stores = List.copyOf(stores);
  }
}
