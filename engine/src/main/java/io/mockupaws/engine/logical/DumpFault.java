package io.mockupaws.engine.logical;

import io.mockupaws.core.failure.Failure;

/** Why something among the dumps is no logical backup that can be restored. */
public enum DumpFault {
  /** It has no sidecar: its backup is under way, or broke off. */
  UNFINISHED,
  /** The dump, or its sidecar in a store that cannot be asked, is not there. */
  MISSING,
  /** It has another size than was written. */
  SIZE,
  /** Its bytes, or its sidecar's, are not those that were written. */
  DAMAGED,
  /** Its bytes are, but they are not what its name or its sidecar says. */
  CONTENT,
  /** The secret that opens it is neither the one in use nor a former one. */
  OTHER_KEY,
  /** It lies frozen and was not read; nothing is known against it. */
  FROZEN;

  /**
   * What a failure says of a dump.
   *
   * @throws Failure the same when it speaks of something else: a store that is away, for example
   */
  static DumpFault of(Failure failure) {
    return switch (failure.code()) {
      case OBJECT_MISSING, NO_SIDECAR -> MISSING;
      case DAMAGED_OBJECT, UNKNOWN_FORMAT -> DAMAGED;
      case WRONG_KEY -> OTHER_KEY;
      case OBJECT_FROZEN -> FROZEN;
      default -> throw failure;
    };
  }

  /** Whether what was backed up cannot be had from it any more. */
  public boolean isLoss() {
    return switch (this) {
      case MISSING, SIZE, DAMAGED, CONTENT -> true;
      case UNFINISHED, OTHER_KEY, FROZEN -> false;
    };
  }

  /** The word for it, as in {@code other-key}. */
  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
