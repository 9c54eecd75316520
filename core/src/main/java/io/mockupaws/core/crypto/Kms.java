package io.mockupaws.core.crypto;

import java.util.Map;

/**
 * A key management service, as key slots need it. Its keys never leave it.
 *
 * <p>What an implementation owes:
 *
 * <ul>
 *   <li>What was sealed opens only with the same key and the same context, and any changed byte is
 *       noticed.
 *   <li>Passing faults are waited out for some seconds, no longer: an operator waits.
 *   <li>Faults are a {@link io.mockupaws.core.failure.Failure}: KMS_UNREACHABLE, KMS_CREDENTIALS,
 *       KMS_DENIED, KMS_KEY_UNUSABLE (disabled, to be deleted, not for encryption), KMS_NO_KEY.
 * </ul>
 */
public interface Kms extends AutoCloseable {

  /**
   * A random key for a slot.
   *
   * @param plain 32 bytes; the caller wipes them
   * @param sealed what the service made of them
   * @param name the full name of the key that sealed them, aliases resolved
   */
  record DataKey(byte[] plain, byte[] sealed, String name) {}

  /** What became of sealed bytes. */
  sealed interface Opening {
    /**
     * They opened.
     *
     * @param plain the caller wipes it
     */
    record Opened(byte[] plain) implements Opening {}

    /** Another key of the service sealed them. */
    record OtherKey() implements Opening {}

    /** They were changed, or sealed with another context. */
    record NotGenuine() implements Opening {}
  }

  /** The full name of a key, aliases resolved, when it can be used. */
  String nameOf(String key);

  /** Makes a random key of 32 bytes, sealed under a key and bound to the context. */
  DataKey generate(String key, Map<String, String> context);

  /** Opens what {@link #generate} sealed. */
  Opening open(String key, byte[] sealed, Map<String, String> context);

  @Override
  void close();
}
