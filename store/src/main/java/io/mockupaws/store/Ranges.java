package io.mockupaws.store;

/** The bounds that every store sets to what it is asked. */
final class Ranges {
  private static final int MAX_PAGE = 1000;

  private Ranges() {}

  static void check(long offset) {
    if (offset < 0) {
      throw new IllegalArgumentException("offset is negative: " + offset);
    }
  }

  static void check(long offset, int length) {
    check(offset);
    if (length < 0) {
      throw new IllegalArgumentException("length is negative: " + length);
    }
  }

  static void checkLimit(int limit) {
    if (limit < 1 || limit > MAX_PAGE) {
      throw new IllegalArgumentException("limit is not within 1 to 1000: " + limit);
    }
  }
}
