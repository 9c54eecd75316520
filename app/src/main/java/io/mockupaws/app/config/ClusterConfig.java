package io.mockupaws.app.config;

import java.time.Duration;

/**
 * What is set for one cluster.
 *
 * @param name as the repository knows it
 * @param slot the replication slot on its server
 * @param rpo how much time may be lost
 * @param rto how long a recovery may take
 */
public record ClusterConfig(String name, String slot, Duration rpo, Duration rto) {
  static final String NAME_EXPECTED = "expected letters, digits, _ - and ., at most 63";
}
