package io.mockupaws.app.config;

/**
 * One mistake in what the operator has set. Holds no secret.
 *
 * @param where file and line, or the variable, or the option
 * @param what what is wrong there, and what is expected
 */
public record Problem(String where, String what) {
  @Override
  public String toString() {
    return where + ": " + what;
  }
}
