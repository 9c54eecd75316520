package io.mockupaws.engine.restore;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of a PostgreSQL configuration file, by the grammar of {@code
 * src/backend/utils/misc/guc-file.l}: {@code name [=] value [# comment]}, a value never spans
 * lines. Text is kept as Latin-1 so that bytes of any encoding come out as they went in.
 *
 * @param text the line as it stands, without its end
 * @param setting what it sets; empty for a comment, an empty line, and what cannot be read
 */
record ConfigLine(String text, Optional<Setting> setting) {

  /**
   * A name and a value.
   *
   * @param name in lower case, as PostgreSQL compares names
   * @param value without quotes and escapes
   */
  record Setting(String name, String value) {
    boolean is(String other) {
      return name.equals(other);
    }
  }

  private static final Pattern SETTING =
      Pattern.compile(
          "[ \\t\\r]*([A-Za-z_\\x80-\\xff][A-Za-z_0-9$\\x80-\\xff]*"
              + "(?:\\.[A-Za-z_\\x80-\\xff][A-Za-z_0-9$\\x80-\\xff]*)*)"
              + "[ \\t\\r]*=?[ \\t\\r]*"
              + "('(?:[^'\\\\]|\\\\.|'')*'|[^ \\t\\r#'=][^ \\t\\r#']*)"
              + "[ \\t\\r]*(?:#.*)?",
          Pattern.DOTALL);

  static ConfigLine parse(String text) {
    Matcher matcher = SETTING.matcher(text);
    if (!matcher.matches()) {
      return new ConfigLine(text, Optional.empty());
    }
    String name = matcher.group(1).toLowerCase(Locale.ROOT);
    return new ConfigLine(text, Optional.of(new Setting(name, unquote(matcher.group(2)))));
  }

  /** A line that sets a name to a value, which may hold characters beyond Latin-1. */
  static ConfigLine of(String name, String value) {
    return parse(name + " = " + quote(value));
  }

  /** The same line as a comment, with the reason before it. */
  ConfigLine setAside(String reason) {
    return new ConfigLine("#" + text + "  # set aside by the restore: " + reason, Optional.empty());
  }

  static String quote(String value) {
    String bytes = new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    return "'" + bytes.replace("\\", "\\\\").replace("'", "''") + "'";
  }

  private static String unquote(String token) {
    if (!token.startsWith("'")) {
      return token;
    }
    StringBuilder value = new StringBuilder();
    int end = token.length() - 1;
    for (int i = 1; i < end; i++) {
      char c = token.charAt(i);
      if (c == '\'') {
        i++;
        value.append(c);
      } else if (c == '\\' && i + 1 < end) {
        i = unescape(token, i + 1, end, value);
      } else {
        value.append(c);
      }
    }
    return value.toString();
  }

  /** Appends the character behind a backslash and returns the place of its last character. */
  private static int unescape(String token, int at, int end, StringBuilder value) {
    char c = token.charAt(at);
    if (c >= '0' && c <= '7') {
      int octal = 0;
      int i = at;
      for (; i < end && i < at + 3 && token.charAt(i) >= '0' && token.charAt(i) <= '7'; i++) {
        octal = octal * 8 + (token.charAt(i) - '0');
      }
      value.append((char) (octal & 0xFF));
      return i - 1;
    }
    value.append(
        switch (c) {
          case 'b' -> '\b';
          case 'f' -> '\f';
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          default -> c;
        });
    return at;
  }
}
