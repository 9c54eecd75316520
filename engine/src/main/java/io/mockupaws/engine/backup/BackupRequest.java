package io.mockupaws.engine.backup;

import static java.util.Objects.requireNonNull;

import io.mockupaws.engine.repository.PackSet;
import java.util.OptionalLong;

/**
 * How a backup is to be taken.
 *
 * @param kind what to take
 * @param reading how the files are to be read
 * @param connections how many workers read at once, 1 to 64; over SQL each has a connection
 * @param readRate bytes a second that are read at most, all workers together; empty: no limit
 * @param fastCheckpoint whether the server is to make its checkpoint at once, with more load
 * @param resume whether what broken-off backups stored is taken over where it is unchanged
 * @param packBytes a pack is closed when it has grown to so many bytes; what is in an open one is
 *     lost when a backup breaks off
 */
public record BackupRequest(
    Kind kind,
    Reading reading,
    int connections,
    OptionalLong readRate,
    boolean fastCheckpoint,
    boolean resume,
    long packBytes) {
  /** What to take. */
  public enum Kind {
    /** Incremental where there is a backup to build on, else full. */
    AUTO,
    FULL,
    /** Incremental or nothing. */
    INCREMENTAL
  }

  /** How files are to be read. */
  public enum Reading {
    /** Directly where that is possible, else over SQL. */
    AUTO,
    SQL,
    /** Directly or not at all. */
    DIRECT
  }

  public BackupRequest {
    requireNonNull(kind, "kind is null");
    requireNonNull(reading, "reading is null");
    if (connections < 1 || connections > 64) {
      throw new IllegalArgumentException("1 to 64 connections, not " + connections);
    }
  }

  /** A full one, without a limit. */
  public BackupRequest(Reading reading, int connections, boolean fastCheckpoint) {
    this(
        Kind.FULL,
        reading,
        connections,
        OptionalLong.empty(),
        fastCheckpoint,
        true,
        PackSet.DEFAULT_PACK_BYTES);
  }

  /** The same, of another kind. */
  public BackupRequest as(Kind other) {
    return new BackupRequest(
        other, reading, connections, readRate, fastCheckpoint, resume, packBytes);
  }

  /** The same, reading at most so many bytes a second; empty: as many as it can. */
  public BackupRequest reading(OptionalLong perSecond) {
    return new BackupRequest(
        kind, reading, connections, perSecond, fastCheckpoint, resume, packBytes);
  }

  /** A full one, reading as it comes, four workers, the checkpoint at once. */
  public static BackupRequest usual() {
    return new BackupRequest(Reading.AUTO, 4, true);
  }
}
