package io.mockupaws.app.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a setting's text may be, and the value it means.
 *
 * @param expected what is allowed, as the message of a mistake says it: "expected ..."
 * @param reader text to value; throws IllegalArgumentException, or a Failure that says more, for
 *     what is not allowed
 */
record Kind<T>(String expected, Function<String, T> reader) {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");

  private static final Pattern SIZE = Pattern.compile("(\\d{1,6})\\s*([KMGTP])i?B");

  /**
   * Reads a text.
   *
   * @throws IllegalArgumentException without a message that repeats the text, which may be a secret
   */
  T read(String text) {
    return reader.apply(text.strip());
  }

  static Kind<String> text(String expected, Pattern allowed) {
    return new Kind<>(
        expected,
        text -> {
          require(allowed.matcher(text).matches());
          return text;
        });
  }

  static <E extends Enum<E>> Kind<E> oneOf(Class<E> type) {
    List<String> words = List.of(type.getEnumConstants()).stream().map(Kind::wordOf).toList();
    return new Kind<>(
        "one of " + String.join(", ", words),
        text -> {
          int index = words.indexOf(text);
          require(index >= 0);
          return type.getEnumConstants()[index];
        });
  }

  /** A constant's name as operators write it, for example {@code when-required}. */
  static String wordOf(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Kind<Integer> number(int min, int max) {
    return new Kind<>(
        "a number from " + min + " to " + max,
        text -> {
          int value = Integer.parseInt(text);
          require(value >= min && value <= max);
          return value;
        });
  }

  /** A length of time such as {@code 500ms}, {@code 5m}; minutes are {@code m}. */
  static Kind<Duration> duration(String min, String max) {
    return new Kind<>(
        "a time from " + min + " to " + max + " such as 500ms, 5s, 5m, 1h",
        text -> {
          Duration value = durationOf(text);
          require(value.compareTo(durationOf(min)) >= 0 && value.compareTo(durationOf(max)) <= 0);
          return value;
        });
  }

  private static Duration durationOf(String text) {
    Matcher parts = DURATION.matcher(text);
    require(parts.matches());
    long amount = Long.parseLong(parts.group(1));
    return switch (parts.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }

  /** A number of bytes such as {@code 512MiB}, {@code 64GiB}. */
  static Kind<Long> size(String min, String max) {
    return new Kind<>(
        "a size from " + min + " to " + max + " such as 512MiB, 64GiB",
        text -> {
          long value = sizeOf(text);
          require(value >= sizeOf(min) && value <= sizeOf(max));
          return value;
        });
  }

  private static long sizeOf(String text) {
    Matcher parts = SIZE.matcher(text);
    require(parts.matches());
    int shift = 10 * ("KMGTP".indexOf(parts.group(2)) + 1);
    return Math.multiplyExact(Long.parseLong(parts.group(1)), 1L << shift);
  }

  static Kind<Keep> keep() {
    return new Kind<>("a period such as 30d, 12w, 12m (months), 7y", Keep::parse);
  }

  static Kind<Path> directory() {
    return new Kind<>(
        "an absolute path",
        text -> {
          try {
            Path path = Path.of(text);
            require(path.isAbsolute());
            return path.normalize();
          } catch (InvalidPathException e) {
            throw new IllegalArgumentException(e);
          }
        });
  }

  private static void require(boolean allowed) {
    if (!allowed) {
      throw new IllegalArgumentException();
    }
  }
}
