package io.mockupaws.engine.cluster;

import static java.util.Objects.requireNonNull;

/**
 * Something init looked at on the server.
 *
 * @param weight what it means for protecting the cluster
 * @param subject the setting or right, for example {@code wal_level}
 * @param what what was found
 * @param remedy what it would take; empty where nothing is to be done
 * @param restart whether that takes a restart of the server
 */
public record Finding(Weight weight, String subject, String what, String remedy, boolean restart) {
  /** How much a finding matters. */
  public enum Weight {
    /** As it should be. */
    FINE,
    /** Works, with a risk that the operator should know. */
    WARNING,
    /** Does not work before it is changed. */
    MISSING
  }

  public Finding {
    requireNonNull(weight, "weight is null");
    requireNonNull(subject, "subject is null");
    requireNonNull(what, "what is null");
    requireNonNull(remedy, "remedy is null");
  }

  static Finding fine(String subject, String what) {
    return new Finding(Weight.FINE, subject, what, "", false);
  }

  static Finding warning(String subject, String what, String remedy) {
    return new Finding(Weight.WARNING, subject, what, remedy, false);
  }

  static Finding missing(String subject, String what, String remedy) {
    return new Finding(Weight.MISSING, subject, what, remedy, false);
  }

  Finding afterRestart() {
    return new Finding(weight, subject, what, remedy, true);
  }
}
