package io.mockupaws.engine.repository;

import java.util.Locale;

/** What only one process at a time may write for a cluster. */
public enum LeaseRole {
  JOURNAL,
  BACKUP,
  /** Dumps. */
  LOGICAL,
  /** Held by a backup that waits for a consolidation to make way; allows nothing to be written. */
  BACKUP_WANTED,
  CLEANUP;

  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
