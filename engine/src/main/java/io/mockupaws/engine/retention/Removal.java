package io.mockupaws.engine.retention;

import io.mockupaws.core.format.ObjectKey;
import java.util.Locale;

/**
 * Neighbouring objects that would go for one reason.
 *
 * @param first the first one's key
 * @param last the last one's key; in the order of keys every object of the kind between them goes
 * @param bytes of all
 * @param reason in words
 */
public record Removal(
    Kind kind, ObjectKey first, ObjectKey last, long objects, long bytes, String reason) {
  /** What goes, in the order in which it would. */
  public enum Kind {
    MANIFEST,
    PACK,
    WAL,
    SUMMARY,
    /** That a backup expired which is gone. */
    EXPIRY;

    /** For JSON. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
