package io.mockupaws.core.crypto;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Makes a slot's outer key, 32 bytes, of what opens the slot. The caller wipes the result. */
final class OuterKey {
  /** OWASP's recommendation for PBKDF2 with HMAC-SHA-256. */
  static final int PBKDF2_ITERATIONS = 600_000;

  static final int BYTES = 32;

  private OuterKey() {}

  static int iterations(MasterKey.Kind kind) {
    return switch (kind) {
      case RAW, KMS -> 0;
      case PASSPHRASE -> PBKDF2_ITERATIONS;
    };
  }

  static byte[] of(Secret secret, byte[] salt, int iterations) {
    byte[] bytes = secret.copyBytes();
    try {
      return switch (secret.kind()) {
        case RAW, KMS -> ofRandom(bytes, salt);
        case PASSPHRASE -> stretch(bytes, salt, iterations, BYTES);
      };
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** Of 32 random bytes. */
  static byte[] ofRandom(byte[] key, byte[] salt) {
    return Hkdf.derive(key, salt, "mockupaws slot", BYTES);
  }

  static String fingerprint(Secret secret) {
    byte[] salt = "mockupaws fingerprint".getBytes(StandardCharsets.UTF_8);
    byte[] outer = of(secret, salt, iterations(secret.kind()));
    try {
      return HexFormat.of().formatHex(Hkdf.derive(outer, new byte[0], "mockupaws fingerprint", 8));
    } finally {
      Arrays.fill(outer, (byte) 0);
    }
  }

  /**
   * PBKDF2 with HMAC-SHA-256.
   *
   * @param passphrase UTF-8
   * @param length bytes of the result
   */
  static byte[] stretch(byte[] passphrase, byte[] salt, int iterations, int length) {
    CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(passphrase));
    char[] text = Arrays.copyOf(decoded.array(), decoded.limit());
    PBEKeySpec spec = new PBEKeySpec(text, salt, iterations, length * Byte.SIZE);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("PBKDF2 is not usable on this Java", e);
    } finally {
      spec.clearPassword();
      Arrays.fill(text, '\0');
      Arrays.fill(decoded.array(), '\0');
    }
  }
}
