package io.mockupaws.engine.configuration;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Takes secrets out of a configuration's text before anybody sees it: hashes of passwords in SQL,
 * and passwords in addresses and in settings whose name says so. The same secret gets the same
 * number, so that a change of one is seen and the secret is not.
 */
final class Veil {
  private static final Pattern NAMED =
      Pattern.compile(
          "((?:passw(?:or)?d|passphrase|secrets?|token|access_key)(?:_command)?"
              + "(?:[ \t]*=[ \t]*|[ \t]+to[ \t]+|[ \t]+(?=E?')))"
              + "(''(?:[^'\n])*''|E?'(?:[^'\n]|'')*'|\"(?:[^\"\n]|\"\")*\"|[^\\s'\",;]+)",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern ADDRESS = Pattern.compile("(://[^\\s:/@'\"]*:)([^\\s/@'\"]+)(?=@)");

  private final Map<String, String> known = new HashMap<>();
  private final boolean numbered;

  private Veil(boolean numbered) {
    this.numbered = numbered;
  }

  /** For texts that are compared with each other. */
  static Veil numbered() {
    return new Veil(true);
  }

  /** For a text that is kept: a number would tell that it changed, and when. */
  static Veil plain() {
    return new Veil(false);
  }

  String over(String text) {
    String named =
        NAMED.matcher(text).replaceAll(found -> literally(found.group(1) + word(found.group(2))));
    return ADDRESS
        .matcher(named)
        .replaceAll(found -> literally(found.group(1) + word(found.group(2))));
  }

  private static String literally(String text) {
    return java.util.regex.Matcher.quoteReplacement(text);
  }

  private String word(String secret) {
    return numbered
        ? known.computeIfAbsent(secret, _ -> "<secret " + (known.size() + 1) + ">")
        : "<secret>";
  }
}
