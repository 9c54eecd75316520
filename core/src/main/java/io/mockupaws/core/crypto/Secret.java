package io.mockupaws.core.crypto;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * What the operator holds and we never store: {@code BACKUP_ENCRYPTION_KEY}. Base64 of exactly 32
 * bytes is a raw key, anything else a passphrase of at least 16 characters. Its bytes are wiped by
 * {@link #close()}.
 */
public final class Secret implements MasterKey {
  private static final int KEY_BYTES = 32;
  private static final int MIN_PASSPHRASE = 16;

  /** What stands for bytes that are no text in the host's encoding. */
  private static final char UNREADABLE = '\uFFFD';

  private static final Pattern BASE64_OF_32 = Pattern.compile("[A-Za-z0-9+/]{43}=");

  private final Kind kind;
  private final byte[] bytes;
  private final byte[] text;
  private final boolean literal;

  private Secret(Kind kind, byte[] bytes, byte[] text, boolean literal) {
    this.literal = literal;
    this.kind = kind;
    this.bytes = bytes;
    this.text = text;
  }

  /**
   * Reads the secret's text; white space around it is no part of it.
   *
   * @throws Failure WEAK_KEY for a passphrase under 16 characters
   */
  public static Secret of(String text) {
    String trimmed = text.strip();
    boolean literal = trimmed.equals(text) && trimmed.indexOf(UNREADABLE) < 0;
    if (BASE64_OF_32.matcher(trimmed).matches()) {
      byte[] raw = Base64.getDecoder().decode(trimmed);
      if (raw.length == KEY_BYTES) {
        return new Secret(Kind.RAW, raw, trimmed.getBytes(StandardCharsets.UTF_8), literal);
      }
    }
    if (trimmed.codePointCount(0, trimmed.length()) < MIN_PASSPHRASE) {
      throw new Failure(
          ErrorCode.WEAK_KEY,
          "the encryption key is neither base64 of 32 bytes nor a passphrase of at least 16"
              + " characters",
          "make one with: openssl rand -base64 32");
    }
    byte[] passphrase = trimmed.getBytes(StandardCharsets.UTF_8);
    return new Secret(Kind.PASSPHRASE, passphrase.clone(), passphrase, literal);
  }

  @Override
  public Kind kind() {
    return kind;
  }

  /**
   * Whether the text is what it was read from, to the last byte: another program that takes the
   * same variable for a password then takes the same one.
   */
  public boolean isLiteral() {
    return literal;
  }

  /** A copy; the caller wipes it. */
  byte[] copyBytes() {
    return bytes.clone();
  }

  /** A copy of the text it was read from, without white space around; the caller wipes it. */
  byte[] copyText() {
    return text.clone();
  }

  /**
   * The text itself. For {@code keys reveal} alone: whoever else needs it is to be found by this
   * name.
   */
  public String reveal() {
    return new String(text, StandardCharsets.UTF_8);
  }

  @Override
  public String fingerprint() {
    return OuterKey.fingerprint(this);
  }

  @Override
  public void close() {
    Arrays.fill(bytes, (byte) 0);
    Arrays.fill(text, (byte) 0);
  }

  /** Never the secret. */
  @Override
  public String toString() {
    return "Secret[" + kind + "]";
  }
}
