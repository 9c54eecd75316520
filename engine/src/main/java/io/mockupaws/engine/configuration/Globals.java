package io.mockupaws.engine.configuration;

import java.nio.charset.StandardCharsets;

/**
 * What belongs to no database.
 *
 * @param sql what makes it again, a statement a line
 * @param roles how many; PostgreSQL's own apart
 * @param tablespaces how many; the two of every cluster apart
 * @param passwords whether hashes of passwords are among them
 */
public record Globals(String sql, int roles, int tablespaces, boolean passwords) {
  /** The bytes of a file of it, each as one character. */
  String latin1() {
    return new String(sql.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }
}
