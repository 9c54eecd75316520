package io.mockupaws.core.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;

/**
 * Proves what is said of a dump, with a key made of the secret that encrypted it: PBKDF2 with
 * HMAC-SHA-256 over the secret's text with a salt of its own, and from that by HKDF a value that
 * tells another secret from damage, and the key of an HMAC-SHA-256.
 */
public final class DumpMac implements AutoCloseable {
  /** As for a passphrase that opens a repository. */
  public static final int ROUNDS = 600_000;

  /** More would keep a reader busy for hours: whoever wrote that means no good. */
  public static final int MOST_ROUNDS = 10_000_000;

  private static final int BYTES = 32;
  private static final int CHECK_BYTES = 16;

  private final String check;
  private final WipeableKey key;

  private DumpMac(String check, WipeableKey key) {
    this.check = check;
    this.key = key;
  }

  /**
   * Makes the key; takes a good part of a second.
   *
   * @param rounds 600,000 to 10,000,000
   */
  public static DumpMac derive(Secret secret, byte[] salt, int rounds) {
    if (rounds < ROUNDS || rounds > MOST_ROUNDS) {
      throw new IllegalArgumentException(rounds + " rounds");
    }
    byte[] text = secret.copyText();
    byte[] outer = OuterKey.stretch(text, salt, rounds, BYTES);
    try {
      return new DumpMac(
          HexFormat.of()
              .formatHex(Hkdf.derive(outer, new byte[0], "mockupaws dump check", CHECK_BYTES)),
          new WipeableKey(Hkdf.derive(outer, new byte[0], "mockupaws dump mac", BYTES)));
    } finally {
      Arrays.fill(outer, (byte) 0);
      Arrays.fill(text, (byte) 0);
    }
  }

  /** The same for the same secret, salt and rounds; 32 hexadecimal digits. */
  public String check() {
    return check;
  }

  /** Of a text; 64 hexadecimal digits. */
  public String of(String statement) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return HexFormat.of().formatHex(mac.doFinal(statement.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA-256 is not usable on this Java", e);
    }
  }

  /** Whether this is the text's. */
  public boolean isOf(String statement, String mac) {
    return MessageDigest.isEqual(
        of(statement).getBytes(StandardCharsets.US_ASCII), mac.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() {
    key.destroy();
  }
}
