package io.mockupaws.app.config;

/** What happens behind a record that the server sent broken. */
public enum DamagedWal {
  /** A hole is recorded, and WAL behind it is acknowledged; a backup is taken at once. */
  ACKNOWLEDGE,
  /** As above, but nothing behind it is acknowledged until that backup is there. */
  HOLD
}
