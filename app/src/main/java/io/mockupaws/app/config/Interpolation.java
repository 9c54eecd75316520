package io.mockupaws.app.config;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Replaces {@code ${VARIABLE}} in a text of the file by the environment's. */
final class Interpolation {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");

  private Interpolation() {}

  /** The first variable of the text that is not set. */
  static Optional<String> unset(String text, Map<String, String> environment) {
    return VARIABLE
        .matcher(text)
        .results()
        .map(found -> found.group(1))
        .filter(name -> environment.getOrDefault(name, "").isBlank())
        .findFirst();
  }

  /** The text with every variable replaced; none of them may be unset. */
  static String apply(String text, Map<String, String> environment) {
    return VARIABLE
        .matcher(text)
        .replaceAll(
            found -> Matcher.quoteReplacement(environment.getOrDefault(found.group(1), "")));
  }

  /** The text without its variables: what stands in the file itself. */
  static String literal(String text) {
    return VARIABLE.matcher(text).replaceAll("");
  }
}
