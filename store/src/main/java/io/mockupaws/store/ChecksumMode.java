package io.mockupaws.store;

import java.util.Locale;

/** When the S3 client adds checksums of its own to what it sends, and checks those it gets. */
public enum ChecksumMode {
  /** Only where the operation cannot do without: what S3 servers of before 2025 understand. */
  WHEN_REQUIRED,
  /** On every operation that knows them. */
  WHEN_SUPPORTED;

  /** As it is written in an address, for example {@code when-required}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
