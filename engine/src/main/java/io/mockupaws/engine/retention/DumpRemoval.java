package io.mockupaws.engine.retention;

import io.mockupaws.core.format.ObjectKey;
import java.util.Locale;

/**
 * One object of a dump that would go.
 *
 * @param bytes of the object; of a mark 0
 * @param reason in words
 */
public record DumpRemoval(Kind kind, ObjectKey key, long bytes, String reason) {
  /** What goes, in the order in which it would. */
  public enum Kind {
    /** Without it a dump is no backup. */
    SIDECAR,
    DUMP,
    /** That a dump expired which is gone. */
    EXPIRY;

    /** For JSON. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
