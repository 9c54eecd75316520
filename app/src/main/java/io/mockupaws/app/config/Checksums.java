package io.mockupaws.app.config;

/** When requests to S3 carry the newer checksums. */
public enum Checksums {
  WHEN_SUPPORTED,
  WHEN_REQUIRED
}
