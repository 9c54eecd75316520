package io.mockupaws.app.config;

/** How a new repository is sealed. */
public enum Encryption {
  AES_256_GCM,
  NONE
}
