package io.mockupaws.engine.backup;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds what a configuration file refers to: included files of {@code postgresql.conf} ({@code
 * src/backend/utils/misc/guc-file.l}), of {@code pg_hba.conf} and {@code pg_ident.conf} ({@code
 * src/backend/libpq/hba.c}, {@code tokenize_auth_file}). Bytes of any encoding come through.
 */
final class ConfigurationText {
  private static final Pattern SETTING =
      Pattern.compile(
          "\\s*(include|include_if_exists|include_dir)(?:\\s*=\\s*|\\s+|(?='))"
              + "('(?:[^'\\\\]|''|\\\\.)*'|[^\\s#'=]+).*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final Pattern TOKEN = Pattern.compile("#.*|\"(?:[^\"]|\"\")*\"|[^\\s,\"#]+");

  private ConfigurationText() {}

  /** How a file is referred to. */
  enum Sort {
    FILE,
    /** No fault when it is not there. */
    FILE_IF_EXISTS,
    /** Every {@code *.conf} in it. */
    DIRECTORY,
    /** A list of names, {@code @file} in pg_hba.conf. */
    NAMES
  }

  /**
   * A reference.
   *
   * @param name as it stands: absolute, or relative to the referring file's directory
   */
  record Reference(Sort sort, String name) {}

  /** What a file of settings includes. */
  static List<Reference> inSettings(byte[] content) {
    List<Reference> found = new ArrayList<>();
    for (String line : text(content).lines().toList()) {
      Matcher matcher = SETTING.matcher(line);
      if (matcher.matches()) {
        found.add(new Reference(sort(matcher.group(1)), unquoted(matcher.group(2))));
      }
    }
    return found;
  }

  /** What a file of rules for logging in includes, or names after an {@code @}. */
  static List<Reference> inRules(byte[] content) {
    List<Reference> found = new ArrayList<>();
    // A backslash at the end of a line continues it.
    for (String line : text(content).replaceAll("\\\\\r?\n", " ").lines().toList()) {
      List<String> tokens = tokens(line);
      String first = tokens.isEmpty() ? "" : tokens.getFirst();
      if (tokens.size() > 1 && first.matches("include|include_if_exists|include_dir")) {
        found.add(new Reference(sort(first), unquotedName(tokens.get(1))));
        continue;
      }
      tokens.stream()
          .filter(token -> token.startsWith("@") && token.length() > 1)
          .forEach(token -> found.add(new Reference(Sort.NAMES, token.substring(1))));
    }
    return found;
  }

  private static List<String> tokens(String line) {
    List<String> tokens = new ArrayList<>();
    Matcher matcher = TOKEN.matcher(line);
    while (matcher.find() && !matcher.group().startsWith("#")) {
      tokens.add(matcher.group());
    }
    return tokens;
  }

  private static Sort sort(String directive) {
    return switch (directive.toLowerCase(Locale.ROOT)) {
      case "include_dir" -> Sort.DIRECTORY;
      case "include_if_exists" -> Sort.FILE_IF_EXISTS;
      default -> Sort.FILE; // the pattern lets nothing but "include" come here
    };
  }

  private static String unquoted(String token) {
    return token.startsWith("'")
        ? token.substring(1, token.length() - 1).replace("''", "'").replaceAll("\\\\(.)", "$1")
        : token;
  }

  private static String unquotedName(String token) {
    return token.startsWith("\"")
        ? token.substring(1, token.length() - 1).replace("\"\"", "\"")
        : token;
  }

  private static String text(byte[] content) {
    return new String(content, StandardCharsets.ISO_8859_1);
  }
}
