package io.mockupaws.app.config;

/** Whether the WAL of a cluster is brought in. */
public enum StreamChoice {
  ON,
  /** Its server lets nobody stream or read files: it is protected by dumps alone. */
  OFF
}
