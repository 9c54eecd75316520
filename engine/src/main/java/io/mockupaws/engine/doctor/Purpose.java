package io.mockupaws.engine.doctor;

/** What everything is to be fit for. */
public enum Purpose {
  /** Streaming and backups. */
  PROTECT,
  /** A restore: the repository is only read, and the live server is not needed. */
  RESTORE
}
