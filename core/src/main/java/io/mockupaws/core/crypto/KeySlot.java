package io.mockupaws.core.crypto;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A repository key, wrapped under a key made from the operator's secret. The check value tells a
 * wrong secret from damage before anything is unwrapped.
 *
 * @param id 16 hexadecimal digits
 * @param repositoryId the repository it belongs to
 * @param kind what the secret is
 * @param iterations rounds of PBKDF2; 0 for a raw key
 * @param salt 32 bytes in base64
 * @param check 16 bytes that only the right secret yields, in base64
 * @param wrapped the sealed repository key in base64
 * @param fingerprint of the secret; empty in slots of the first releases
 * @param since when it was made; empty in the slot that came with the repository
 * @param former secrets that were in use before, sealed under this one
 */
public record KeySlot(
    String id,
    String repositoryId,
    Secret.Kind kind,
    int iterations,
    String salt,
    String check,
    String wrapped,
    Optional<String> fingerprint,
    Optional<Instant> since,
    List<SealedSecret> former) {

  /** OWASP's recommendation for PBKDF2 with HMAC-SHA-256. */
  public static final int PBKDF2_ITERATIONS = 600_000;

  /** Above this a slot is not believed: it would only keep us busy. */
  private static final int MAX_ITERATIONS = 50_000_000;

  private static final int SALT_BYTES = 32;
  private static final int CHECK_BYTES = 16;
  private static final int KEY_BYTES = 32;

  public KeySlot {
    former = List.copyOf(former);
    boolean roundsFit =
        switch (kind) {
          case RAW -> iterations == 0;
          case PASSPHRASE -> iterations >= PBKDF2_ITERATIONS && iterations <= MAX_ITERATIONS;
        };
    if (!roundsFit
        || decode(salt).length != SALT_BYTES
        || decode(check).length != CHECK_BYTES
        || decode(wrapped).length != KEY_BYTES + ObjectSeal.TAG_BYTES) {
      throw new IllegalArgumentException("not a key slot");
    }
  }

  /** Wraps the repository's key under its first secret. */
  public static KeySlot wrap(
      Sealing.Encrypted sealing, Secret secret, String repositoryId, SecureRandom random) {
    return wrap(sealing, secret, repositoryId, random, Optional.empty(), List.of());
  }

  /**
   * Wraps the repository's key under a secret.
   *
   * @param former those before it, sealed under the same secret
   */
  public static KeySlot wrap(
      Sealing.Encrypted sealing,
      Secret secret,
      String repositoryId,
      SecureRandom random,
      Optional<Instant> since,
      List<FormerSecret> former) {
    byte[] idBytes = new byte[8];
    random.nextBytes(idBytes);
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    String id = HexFormat.of().formatHex(idBytes);
    int iterations = secret.kind() == Secret.Kind.RAW ? 0 : PBKDF2_ITERATIONS;
    byte[] outer = outerKey(secret, salt, iterations);
    byte[] key = sealing.copyKey();
    try (ObjectSeal seal = wrapping(outer)) {
      ByteBuffer wrapped = ByteBuffer.allocate(KEY_BYTES + ObjectSeal.TAG_BYTES);
      seal.seal(0, associated(id, repositoryId), ByteBuffer.wrap(key), wrapped);
      return new KeySlot(
          id,
          repositoryId,
          secret.kind(),
          iterations,
          encode(salt),
          encode(checkOf(outer)),
          encode(wrapped.array()),
          Optional.of(secret.fingerprint()),
          since,
          FormerSecrets.seal(outer, id, repositoryId, former));
    } finally {
      Arrays.fill(outer, (byte) 0);
      Arrays.fill(key, (byte) 0);
    }
  }

  /**
   * The secrets before this one; empty for another secret.
   *
   * @throws Failure DAMAGED_OBJECT when the secret is right and a former one is not
   */
  public List<FormerSecret> former(Secret secret) {
    if (secret.kind() != kind) {
      return List.of();
    }
    byte[] outer = outerKey(secret, decode(salt), iterations);
    try {
      return MessageDigest.isEqual(decode(check), checkOf(outer))
          ? FormerSecrets.open(outer, id, repositoryId, former)
          : List.of();
    } finally {
      Arrays.fill(outer, (byte) 0);
    }
  }

  static String fingerprint(Secret secret) {
    int iterations = secret.kind() == Secret.Kind.RAW ? 0 : PBKDF2_ITERATIONS;
    byte[] outer =
        outerKey(secret, "mockupaws fingerprint".getBytes(StandardCharsets.UTF_8), iterations);
    try {
      return HexFormat.of().formatHex(Hkdf.derive(outer, new byte[0], "mockupaws fingerprint", 8));
    } finally {
      Arrays.fill(outer, (byte) 0);
    }
  }

  /**
   * The repository's key, if the secret is the one it was wrapped under; empty for another secret.
   *
   * @throws Failure DAMAGED_OBJECT when the secret is right and the wrapped key is not
   */
  public Optional<Sealing.Encrypted> unwrap(Secret secret) {
    if (secret.kind() != kind) {
      return Optional.empty();
    }
    byte[] outer = outerKey(secret, decode(salt), iterations);
    try (ObjectSeal seal = wrapping(outer)) {
      if (!MessageDigest.isEqual(decode(check), checkOf(outer))) {
        return Optional.empty();
      }
      ByteBuffer key = ByteBuffer.allocate(KEY_BYTES);
      if (!seal.open(0, associated(id, repositoryId), ByteBuffer.wrap(decode(wrapped)), key)) {
        throw new Failure(
            ErrorCode.DAMAGED_OBJECT,
            "the key is right, but key slot " + id + " is damaged",
            "restore the object keys/" + id + " from another copy of the repository");
      }
      return Optional.of(new Sealing.Encrypted(key.array()));
    } finally {
      Arrays.fill(outer, (byte) 0);
    }
  }

  private static String encode(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static byte[] decode(String text) {
    return Base64.getDecoder().decode(text);
  }

  private static ObjectSeal wrapping(byte[] outer) {
    return new GcmSeal(Hkdf.derive(outer, new byte[0], "mockupaws wrap", KEY_BYTES));
  }

  private static byte[] checkOf(byte[] outer) {
    return Hkdf.derive(outer, new byte[0], "mockupaws check", CHECK_BYTES);
  }

  private static byte[] associated(String id, String repositoryId) {
    return ("mockupaws key slot " + id + " of " + repositoryId).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] outerKey(Secret secret, byte[] salt, int iterations) {
    byte[] bytes = secret.copyBytes();
    try {
      return switch (secret.kind()) {
        case RAW -> Hkdf.derive(bytes, salt, "mockupaws slot", KEY_BYTES);
        case PASSPHRASE -> stretch(bytes, salt, iterations);
      };
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static byte[] stretch(byte[] passphrase, byte[] salt, int iterations) {
    char[] text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(passphrase)).array();
    PBEKeySpec spec =
        new PBEKeySpec(
            Arrays.copyOf(text, charCount(passphrase)), salt, iterations, KEY_BYTES * Byte.SIZE);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("PBKDF2 is not usable on this Java", e);
    } finally {
      spec.clearPassword();
      Arrays.fill(text, '\0');
    }
  }

  private static int charCount(byte[] utf8) {
    return StandardCharsets.UTF_8.decode(ByteBuffer.wrap(utf8)).length();
  }
}
