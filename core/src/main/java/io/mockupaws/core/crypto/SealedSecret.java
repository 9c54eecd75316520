package io.mockupaws.core.crypto;

import java.time.Instant;
import java.util.regex.Pattern;

/**
 * A former secret in a key slot, sealed under the slot's own secret.
 *
 * @param fingerprint 16 hexadecimal digits
 * @param until when it was replaced
 * @param sealed its text and a tag, in base64
 */
public record SealedSecret(String fingerprint, MasterKey.Kind kind, Instant until, String sealed) {
  private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{16}");

  public SealedSecret {
    if (!FINGERPRINT.matcher(fingerprint).matches() || kind == MasterKey.Kind.KMS) {
      throw new IllegalArgumentException("no sealed secret: " + fingerprint);
    }
  }
}
