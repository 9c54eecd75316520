package io.mockupaws.app.config;

/** What comes first when the repository takes no WAL and the server's disk fills. */
public enum PrimaryDisk {
  /** The server keeps its WAL, and there is an alarm. */
  KEEP,
  /** The server may remove it: a hole is recorded, and a backup is taken at once. */
  SHED
}
