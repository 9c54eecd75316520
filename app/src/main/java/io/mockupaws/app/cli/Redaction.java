package io.mockupaws.app.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces secrets in what is about to be printed. Messages are written without secrets; this is
 * the net below, for texts of the driver, of the S3 client, and for arguments given back.
 */
public final class Redaction {
  private static final String HIDDEN = "***";

  /** Shorter ones would hide innocent words. */
  private static final int MIN_LENGTH = 6;

  private static final List<String> SECRET_VARIABLES =
      List.of(
          "BACKUP_ENCRYPTION_KEY",
          "BACKUP_NEW_ENCRYPTION_KEY",
          "PGPASSWORD",
          "AWS_SECRET_ACCESS_KEY",
          "AWS_SESSION_TOKEN",
          "BACKUP_NOTICE_WEBHOOK",
          "BACKUP_NOTICE_SLACK",
          "BACKUP_NOTICE_PAGERDUTY");

  private static final Pattern USER_PASSWORD = Pattern.compile("(://[^/\\s:@?#]*:)[^\\s/]+(?=@)");
  private static final Pattern PASSWORD_PARAMETER =
      Pattern.compile("((?:ssl)?password=)[^&\\s'\"]+", Pattern.CASE_INSENSITIVE);

  /** As statements write it: {@code PASSWORD 'literal'}, {@code password = 'literal'}. */
  private static final Pattern PASSWORD_LITERAL =
      Pattern.compile("(password\\s*(?:=\\s*)?E?)'(?:[^']|'')*'", Pattern.CASE_INSENSITIVE);

  private final List<String> secrets;

  private Redaction(List<String> secrets) {
    this.secrets = secrets;
  }

  /** Knows the secrets that the environment's variables hold. */
  public static Redaction of(Map<String, String> environment) {
    List<String> secrets = new ArrayList<>();
    environment.forEach(
        (name, value) -> {
          if (SECRET_VARIABLES.contains(name)) {
            add(secrets, value.strip());
          } else if (name.endsWith("_URL")) {
            addPassword(secrets, value);
          }
        });
    secrets.sort(Comparator.comparingInt(String::length).reversed());
    return new Redaction(List.copyOf(secrets));
  }

  private static void addPassword(List<String> secrets, String url) {
    Matcher password = Pattern.compile("://[^/\\s:@?#]*:([^\\s/@]+)@").matcher(url);
    if (password.find()) {
      add(secrets, password.group(1));
      add(
          secrets,
          java.net.URLDecoder.decode(password.group(1), java.nio.charset.StandardCharsets.UTF_8));
    }
  }

  private static void add(List<String> secrets, String value) {
    if (value.length() >= MIN_LENGTH && !secrets.contains(value)) {
      secrets.add(value);
    }
  }

  /** The text without secrets. */
  public String apply(String text) {
    String clean = text;
    for (String secret : secrets) {
      clean = clean.replace(secret, HIDDEN);
    }
    clean = PASSWORD_LITERAL.matcher(clean).replaceAll("$1'" + HIDDEN + "'");
    clean = USER_PASSWORD.matcher(clean).replaceAll("$1" + HIDDEN);
    return PASSWORD_PARAMETER.matcher(clean).replaceAll("$1" + HIDDEN);
  }
}
