package io.mockupaws.app.config;

/** Where WAL must be durable before its position is reported as flushed. */
public enum Durability {
  SPOOL,
  ANY,
  ALL
}
