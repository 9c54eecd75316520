package io.mockupaws.app.config;

/** What a command cannot do without. */
public enum Need {
  REPOSITORY,
  /** The address of a running server. */
  SERVER,
  /** The encryption key, unless encryption is turned off. */
  KEY,
  /** The key that shall take its place. */
  NEW_KEY
}
