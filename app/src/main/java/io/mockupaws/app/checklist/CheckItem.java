package io.mockupaws.app.checklist;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** An item of the checklist, in the order in which they are looked at. */
public enum CheckItem {
  /** The target is empty, or it was said what becomes of what is there. */
  TARGET,
  /** There is room for twice the database. */
  SPACE,
  /** What is restored is whole. */
  BACKUP,
  /** What is there is on record. */
  STATE,
  /** The team is told. */
  NOTICE;

  /**
   * Reads {@link #word}.
   *
   * @throws IllegalArgumentException for any other word, and for the target: what becomes of what
   *     is there is said by {@code --replace}, {@code --disposable}, {@code --delta}, {@code
   *     --force} and {@code --in-place}
   */
  public static CheckItem ofSkipped(String word) {
    return Arrays.stream(values())
        .filter(item -> item != TARGET && item.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'"
                        + word
                        + "' is none of "
                        + Arrays.stream(values())
                            .filter(item -> item != TARGET)
                            .map(CheckItem::word)
                            .collect(Collectors.joining(", "))));
  }

  /** As the command line and the answers write it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
