package io.mockupaws.core.format;

import java.util.Locale;

/** What a physical backup read from the server; each is complete by itself for a reader. */
public enum BackupKind {
  FULL,
  INCREMENTAL;

  /** The word in names and documents. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The kind of that word.
   *
   * @throws IllegalArgumentException for another word
   */
  public static BackupKind ofWord(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
