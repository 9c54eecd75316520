package io.mockupaws.engine.repository;

import java.time.Instant;
import java.util.regex.Pattern;

/**
 * Which cluster a part of the repository belongs to.
 *
 * @param name as operators call it: letters, digits, {@code _ - .}, at most 63
 * @param systemIdentifier PostgreSQL's, from its control file; unsigned
 * @param serverMajor the major version when it was entered
 * @param walSegmentSize bytes
 */
public record ClusterIdentity(
    String name, long systemIdentifier, int serverMajor, int walSegmentSize, Instant createdAt) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}");

  public ClusterIdentity {
    if (!isName(name)) {
      throw new IllegalArgumentException("not a cluster's name: " + name);
    }
  }

  /** Whether a text can name a cluster. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }
}
