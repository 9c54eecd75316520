package io.mockupaws.store.kms;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key of AWS KMS and the place where it is asked for.
 *
 * @param key an ARN of a key or an alias, {@code alias/NAME}, or a key's id
 * @param region of the ARN; else {@code BACKUP_REGION}, {@code AWS_REGION}; else us-east-1
 * @param endpoint from {@code AWS_ENDPOINT_URL_KMS} or {@code AWS_ENDPOINT_URL}; empty: the
 *     region's own
 */
public record KmsAddress(String key, String region, Optional<URI> endpoint) {
  private static final Pattern KEY =
      Pattern.compile(
          "(?:arn:aws[a-z-]*:kms:(?<region>[a-z0-9-]+):[0-9]{12}:)?"
              + "(?:key/[A-Za-z0-9-]+|alias/[A-Za-z0-9/_-]+|(?:mrk-)?[0-9a-f][0-9a-f-]{30,})");

  /** What a key may look like, for the message of a mistake. */
  public static final String EXPECTED =
      "a KMS key: arn:aws:kms:REGION:ACCOUNT:key/ID, arn:aws:kms:REGION:ACCOUNT:alias/NAME,"
          + " alias/NAME or a key's id";

  /** Whether a text names a key of AWS KMS. */
  public static boolean isKey(String text) {
    return KEY.matcher(text).matches() && !text.startsWith("key/");
  }

  /**
   * Reads a key's name.
   *
   * @throws IllegalArgumentException when it is none, or the endpoint is no address
   */
  public static KmsAddress of(String key, Map<String, String> environment) {
    Matcher parts = KEY.matcher(key);
    if (!isKey(key) || !parts.matches()) {
      throw new IllegalArgumentException("not a KMS key");
    }
    String region =
        Optional.ofNullable(parts.group("region"))
            .or(() -> first(environment, "BACKUP_REGION", "AWS_REGION", "AWS_DEFAULT_REGION"))
            .orElse("us-east-1");
    return new KmsAddress(
        key,
        region,
        first(environment, "AWS_ENDPOINT_URL_KMS", "AWS_ENDPOINT_URL").map(URI::create));
  }

  private static Optional<String> first(Map<String, String> environment, String... names) {
    for (String name : names) {
      String value = environment.getOrDefault(name, "").strip();
      if (!value.isEmpty()) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }

  /** Where requests go, for messages. */
  String server() {
    return endpoint.map(URI::toString).orElse("AWS KMS (" + region + ")");
  }
}
