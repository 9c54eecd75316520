package io.mockupaws.app.cli;

/** How an answer is written. */
public enum OutputFormat {
  text,
  json
}
