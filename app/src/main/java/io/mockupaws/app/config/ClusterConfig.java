package io.mockupaws.app.config;

import java.time.Duration;
import java.util.Locale;

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

  /** The slot's name when none is set: slots allow lower-case letters, digits and _ only. */
  static String defaultSlot(String name) {
    String slot = "mockupaws_" + name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
    return slot.substring(0, Math.min(63, slot.length()));
  }
}
