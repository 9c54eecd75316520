package io.mockupaws.core.crypto;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.spec.IvParameterSpec;

/**
 * What {@code openssl enc -aes-256-cbc -pbkdf2} writes and reads: {@code Salted__}, 8 bytes of
 * salt, then AES-256-CBC with PKCS #7 padding; key and first block from PBKDF2 with HMAC-SHA-256
 * and 10,000 rounds (OpenSSL, {@code apps/enc.c}). The password is the secret's text. CBC proves
 * nothing: whoever decrypts has to know by other means that the bytes are the right ones. Used by
 * one thread.
 */
public final class DumpCipher {
  /** Bytes before the first encrypted one. */
  public static final int HEADER_BYTES = 16;

  private static final byte[] MAGIC = {'S', 'a', 'l', 't', 'e', 'd', '_', '_'};
  private static final int ROUNDS = 10_000;
  private static final int KEY_BYTES = 32;
  private static final int BLOCK_BYTES = 16;

  /** Longer runs in one call are not compiled for a long time. */
  private static final int STEP = 64 * 1024;

  private final byte[] header;
  private final Cipher cipher;

  private DumpCipher(Secret secret, byte[] header, int mode) {
    this.header = header;
    byte[] text = secret.copyText();
    byte[] salt = Arrays.copyOfRange(header, MAGIC.length, HEADER_BYTES);
    byte[] derived = OuterKey.stretch(text, salt, ROUNDS, KEY_BYTES + BLOCK_BYTES);
    WipeableKey key = new WipeableKey(Arrays.copyOf(derived, KEY_BYTES));
    try {
      cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
      cipher.init(mode, key, new IvParameterSpec(derived, KEY_BYTES, BLOCK_BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-CBC is not usable on this Java", e);
    } finally {
      key.destroy();
      Arrays.fill(derived, (byte) 0);
      Arrays.fill(text, (byte) 0);
    }
  }

  /** For a new file, with a salt of its own. */
  public static DumpCipher encrypting(Secret secret, RandomGenerator random) {
    byte[] header = Arrays.copyOf(MAGIC, HEADER_BYTES);
    byte[] salt = new byte[HEADER_BYTES - MAGIC.length];
    random.nextBytes(salt);
    System.arraycopy(salt, 0, header, MAGIC.length, salt.length);
    return new DumpCipher(secret, header, Cipher.ENCRYPT_MODE);
  }

  /** For a file that begins so; empty when it is none of this format. */
  public static Optional<DumpCipher> decrypting(Secret secret, byte[] header) {
    boolean fits =
        header.length == HEADER_BYTES
            && Arrays.equals(header, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    return fits
        ? Optional.of(new DumpCipher(secret, header.clone(), Cipher.DECRYPT_MODE))
        : Optional.empty();
  }

  /** What the file begins with. */
  public byte[] header() {
    return header.clone();
  }

  /** The next bytes; may give fewer or a few more than it takes. */
  public byte[] update(byte[] bytes, int offset, int length) {
    byte[] out = new byte[length + BLOCK_BYTES];
    int filled = 0;
    try {
      for (int at = 0; at < length; at += STEP) {
        filled += cipher.update(bytes, offset + at, Math.min(STEP, length - at), out, filled);
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    return filled == out.length ? out : Arrays.copyOf(out, filled);
  }

  /** The last bytes; empty when what was decrypted does not end as it must. */
  public Optional<byte[]> finish() {
    try {
      return Optional.of(cipher.doFinal());
    } catch (BadPaddingException | IllegalBlockSizeException e) {
      return Optional.empty();
    }
  }
}
