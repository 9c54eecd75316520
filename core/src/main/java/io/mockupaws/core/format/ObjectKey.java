package io.mockupaws.core.format;

import java.util.regex.Pattern;

/**
 * The name of an object, relative to the repository's root: parts joined by {@code /}, each of
 * letters, digits and {@code . _ + = -}, none empty and none starting with a dot. Names sort as
 * bytes.
 */
public record ObjectKey(String value) implements Comparable<ObjectKey> {
  private static final Pattern ALLOWED =
      Pattern.compile("[A-Za-z0-9_+=-][A-Za-z0-9._+=-]*(/[A-Za-z0-9_+=-][A-Za-z0-9._+=-]*)*");

  /** S3 allows 1,024 bytes; the rest is left for a prefix. */
  private static final int MAX_LENGTH = 700;

  public ObjectKey {
    if (!isLegal(value)) {
      throw new IllegalArgumentException("not an object key: " + value);
    }
  }

  public static ObjectKey of(String value) {
    return new ObjectKey(value);
  }

  /** Whether there can be an object of that name. */
  public static boolean isLegal(String value) {
    return value.length() <= MAX_LENGTH && ALLOWED.matcher(value).matches();
  }

  /** The last part of the name. */
  public String fileName() {
    return value.substring(value.lastIndexOf('/') + 1);
  }

  @Override
  public int compareTo(ObjectKey other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
