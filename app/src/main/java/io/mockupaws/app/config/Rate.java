package io.mockupaws.app.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many bytes may pass in a second. */
public record Rate(long bytesPerSecond) {
  /** What a rate may look like, for the message of a mistake. */
  public static final String EXPECTED = "bytes a second such as 512KiB, 50MiB, 1GiB";

  private static final Pattern TEXT = Pattern.compile("([1-9]\\d{0,5})\\s*([KMG])iB");

  /**
   * Reads a text.
   *
   * @throws IllegalArgumentException when it is no rate
   */
  public static Rate parse(String text) {
    Matcher parts = TEXT.matcher(text.strip());
    if (!parts.matches()) {
      throw new IllegalArgumentException("expected " + EXPECTED);
    }
    int shift =
        switch (parts.group(2)) {
          case "K" -> 10;
          case "M" -> 20;
          default -> 30;
        };
    return new Rate(Long.parseLong(parts.group(1)) << shift);
  }
}
