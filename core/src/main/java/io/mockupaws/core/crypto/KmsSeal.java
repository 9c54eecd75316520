package io.mockupaws.core.crypto;

import java.util.Base64;

/**
 * The random key of a slot, sealed by a KMS.
 *
 * @param key the full name (ARN) of the key that sealed it
 * @param sealed what the service made of it, in base64
 */
public record KmsSeal(String key, String sealed) {
  public KmsSeal {
    if (key.isBlank() || Base64.getDecoder().decode(sealed).length == 0) {
      throw new IllegalArgumentException("not sealed by a KMS");
    }
  }
}
