package io.mockupaws.engine.repository;

import java.util.Locale;

/** What only one process at a time may write for a cluster. */
public enum LeaseRole {
  JOURNAL,
  BACKUP,
  /** Dumps. */
  LOGICAL;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
