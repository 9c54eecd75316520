package io.mockupaws.app.cli;

import io.mockupaws.engine.retention.DeleteLimit;
import io.mockupaws.store.Thaw;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads options' values; each throws TypeConversionException, whose words are shown, for what is
 * none.
 */
final class OptionText {
  private static final Pattern LIMIT = Pattern.compile("(\\d{1,9})(%?)");
  private static final Pattern TIME = Pattern.compile("(\\d{1,5})([hd])");

  private OptionText() {}

  /** {@code 25%}, or a number of backups. */
  static DeleteLimit limit(String text) {
    Matcher parts = LIMIT.matcher(text.strip());
    if (!parts.matches()) {
      throw new TypeConversionException("expected a share such as 25%, or a number of backups");
    }
    int number = Integer.parseInt(parts.group(1));
    if (!parts.group(2).isEmpty() && number > 100) {
      throw new TypeConversionException("expected a share of 0% to 100%");
    }
    return parts.group(2).isEmpty() ? new DeleteLimit.Count(number) : new DeleteLimit.Share(number);
  }

  /** Hours or days: {@code 20h}, {@code 3d}; {@code 0} without a unit. */
  static Duration time(String text) {
    if (text.strip().equals("0")) {
      return Duration.ZERO;
    }
    Matcher parts = TIME.matcher(text.strip());
    if (!parts.matches()) {
      throw new TypeConversionException("expected a time such as 20h, 3d, or 0");
    }
    long number = Long.parseLong(parts.group(1));
    return parts.group(2).equals("h") ? Duration.ofHours(number) : Duration.ofDays(number);
  }

  /** {@code standard}, {@code bulk} or {@code expedited}. */
  static Thaw thaw(String text) {
    return switch (text.strip()) {
      case "standard" -> Thaw.STANDARD;
      case "bulk" -> Thaw.BULK;
      case "expedited" -> Thaw.EXPEDITED;
      default ->
          throw new TypeConversionException(
              "expected standard, bulk or expedited behind --thaw=, and a backup's name before it");
    };
  }
}
