package io.mockupaws.engine.cluster;

/** Texts inside SQL, for statements that take no parameters (COPY, GRANT, ALTER ROLE). */
public final class Sql {
  private Sql() {}

  /** A quoted identifier. */
  public static String identifier(String name) {
    refuseNul(name);
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** A quoted literal that reads the same under either {@code standard_conforming_strings}. */
  public static String literal(String text) {
    refuseNul(text);
    String quoted = "'" + text.replace("'", "''") + "'";
    return text.indexOf('\\') < 0 ? quoted : " E" + quoted.replace("\\", "\\\\");
  }

  private static void refuseNul(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("PostgreSQL has no text with a NUL");
    }
  }
}
