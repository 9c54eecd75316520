package io.mockupaws.engine.verify;

/**
 * Something that is not as it was promised.
 *
 * @param object its key, or the first of several
 * @param what in the operator's words
 */
public record Finding(Kind kind, String object, String what) {

  /** What is wrong. */
  public enum Kind {
    /** The object is not there. */
    MISSING,
    /** It has another size than its manifest says, or is shorter than any. */
    SIZE,
    /** Its bytes are not those that were written. */
    DAMAGED,
    /** Its bytes are, but what they say does not agree with itself. */
    CONTENT,
    /** Bytes are damaged that no restore reads. */
    UNNEEDED,
    /** Packs of a backup lie frozen and were not read; nothing is known against them. */
    FROZEN,
    /** WAL is missing, or was damaged when it came. */
    HOLE,
    /** A page was damaged on the source already. */
    CORRUPT_PAGE
  }

  /** The word for it, as in {@code corrupt-page}. */
  public String word() {
    return kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
