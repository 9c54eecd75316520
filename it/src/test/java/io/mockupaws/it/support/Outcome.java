package io.mockupaws.it.support;

import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * How a command ended.
 *
 * @param out its standard output
 * @param err its standard error
 */
public record Outcome(String command, int status, String out, String err, Duration took) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The answer or the error, as JSON. */
  public JsonNode json() {
    return JSON.readTree(out);
  }

  /** The stable code of its error, for example {@code MAW302}; empty when it ended well. */
  public String errorCode() {
    return out.isBlank() ? "" : json().path("error").path("code").asString("");
  }

  /** The error's words. */
  public String errorMessage() {
    return json().path("error").path("message").asString("");
  }

  /** Everything it said, for a failed assertion. */
  public String told() {
    return "%s: status %d%n%s%n%s".formatted(command, status, out, err);
  }
}
