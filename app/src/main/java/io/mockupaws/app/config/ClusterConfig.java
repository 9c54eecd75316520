package io.mockupaws.app.config;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is set for one cluster.
 *
 * @param name as the repository knows it
 * @param stream whether its WAL is brought in, and with it physical backups can be
 * @param slot the replication slot on its server
 * @param rpo how much time may be lost
 * @param rto how long a recovery may take
 * @param disk what comes first when the repository takes no WAL and the server's disk fills
 * @param diskLimit bytes of WAL kept for the slot from which on there is an alarm, or it is shed
 * @param damagedWal what happens behind a record that it sent broken
 * @param maxReadRate of its files, by a backup
 */
public record ClusterConfig(
    String name,
    StreamChoice stream,
    String slot,
    Duration rpo,
    Duration rto,
    PrimaryDisk disk,
    OptionalLong diskLimit,
    DamagedWal damagedWal,
    Optional<Rate> maxReadRate) {
  static final String NAME_EXPECTED = "expected letters, digits, _ - and ., at most 63";

  /** Whether it is protected by its WAL, and not by dumps alone. */
  public boolean streams() {
    return stream == StreamChoice.ON;
  }
}
