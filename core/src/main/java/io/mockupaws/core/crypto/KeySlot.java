package io.mockupaws.core.crypto;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A repository key, wrapped under a key made from a master key: the operator's secret, or a random
 * key that a KMS has sealed. The check value tells a wrong secret from damage before anything is
 * unwrapped; a KMS tells it by itself.
 *
 * @param id 16 hexadecimal digits
 * @param repositoryId the repository it belongs to
 * @param kind what opens it
 * @param iterations rounds of PBKDF2; 0 where there are none
 * @param salt 32 bytes in base64
 * @param check 16 bytes that only the right key yields, in base64
 * @param wrapped the sealed repository key in base64
 * @param kms the slot's random key, sealed; for the kind KMS
 * @param fingerprint of the master key; empty in slots of the first releases
 * @param since when it was made; empty in the slot that came with the repository
 * @param former secrets that were in use before, sealed under this one
 */
public record KeySlot(
    String id,
    String repositoryId,
    MasterKey.Kind kind,
    int iterations,
    String salt,
    String check,
    String wrapped,
    Optional<KmsSeal> kms,
    Optional<String> fingerprint,
    Optional<Instant> since,
    List<SealedSecret> former) {

  /** Above this a slot is not believed: it would only keep us busy. */
  private static final int MAX_ITERATIONS = 50_000_000;

  private static final int SALT_BYTES = 32;
  private static final int CHECK_BYTES = 16;
  private static final int KEY_BYTES = 32;

  public KeySlot {
    former = List.copyOf(former);
    boolean roundsFit =
        switch (kind) {
          case RAW, KMS -> iterations == 0;
          case PASSPHRASE ->
              iterations >= OuterKey.PBKDF2_ITERATIONS && iterations <= MAX_ITERATIONS;
        };
    if (!roundsFit
        || kms.isPresent() != (kind == MasterKey.Kind.KMS)
        || decode(salt).length != SALT_BYTES
        || decode(check).length != CHECK_BYTES
        || decode(wrapped).length != KEY_BYTES + ObjectSeal.TAG_BYTES) {
      throw new IllegalArgumentException("not a key slot");
    }
  }

  /** Wraps the repository's key under its first master key. */
  public static KeySlot wrap(
      Sealing.Encrypted sealing, MasterKey master, String repositoryId, SecureRandom random) {
    return wrap(sealing, master, repositoryId, random, Optional.empty(), List.of());
  }

  /**
   * Wraps the repository's key under a master key.
   *
   * @param former secrets before it, sealed under the same one
   */
  public static KeySlot wrap(
      Sealing.Encrypted sealing,
      MasterKey master,
      String repositoryId,
      SecureRandom random,
      Optional<Instant> since,
      List<FormerSecret> former) {
    byte[] idBytes = new byte[8];
    random.nextBytes(idBytes);
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    Unwrapped slot =
        new Unwrapped(HexFormat.of().formatHex(idBytes), repositoryId, salt, since, former);
    return switch (master) {
      case Secret secret -> {
        int iterations = OuterKey.iterations(secret.kind());
        byte[] outer = OuterKey.of(secret, salt, iterations);
        yield slot.wrap(
            sealing, outer, secret.kind(), Optional.empty(), Optional.of(secret.fingerprint()));
      }
      case KmsKey key -> {
        Kms.DataKey made = key.generate(slot.id, repositoryId);
        byte[] outer = OuterKey.ofRandom(made.plain(), salt);
        Arrays.fill(made.plain(), (byte) 0);
        yield slot.wrap(
            sealing,
            outer,
            key.kind(),
            Optional.of(new KmsSeal(made.name(), encode(made.sealed()))),
            Optional.of(KmsKey.fingerprint(made.name())));
      }
    };
  }

  /** What a slot holds before the repository's key is in it. */
  private record Unwrapped(
      String id,
      String repositoryId,
      byte[] salt,
      Optional<Instant> since,
      List<FormerSecret> former) {

    /** Wipes the outer key. */
    KeySlot wrap(
        Sealing.Encrypted sealing,
        byte[] outer,
        MasterKey.Kind kind,
        Optional<KmsSeal> kms,
        Optional<String> fingerprint) {
      byte[] key = sealing.copyKey();
      try (ObjectSeal seal = wrapping(outer)) {
        ByteBuffer wrapped = ByteBuffer.allocate(KEY_BYTES + ObjectSeal.TAG_BYTES);
        seal.seal(0, associated(id, repositoryId), ByteBuffer.wrap(key), wrapped);
        return new KeySlot(
            id,
            repositoryId,
            kind,
            OuterKey.iterations(kind),
            encode(salt),
            encode(checkOf(outer)),
            encode(wrapped.array()),
            kms,
            fingerprint,
            since,
            FormerSecrets.seal(outer, id, repositoryId, former));
      } finally {
        Arrays.fill(outer, (byte) 0);
        Arrays.fill(key, (byte) 0);
      }
    }
  }

  /**
   * The secrets before this one; empty for another master key.
   *
   * @throws Failure DAMAGED_OBJECT when the master key is right and a former secret is not; what a
   *     KMS says
   */
  public List<FormerSecret> former(MasterKey master) {
    Optional<byte[]> outer = outer(master);
    try {
      return outer.isPresent()
          ? FormerSecrets.open(outer.get(), id, repositoryId, former)
          : List.of();
    } finally {
      outer.ifPresent(bytes -> Arrays.fill(bytes, (byte) 0));
    }
  }

  /**
   * The repository's key, if the master key is the one it was wrapped under; empty for another one.
   *
   * @throws Failure DAMAGED_OBJECT when the master key is right and the slot is not; what a KMS
   *     says
   */
  public Optional<Sealing.Encrypted> unwrap(MasterKey master) {
    Optional<byte[]> outer = outer(master);
    if (outer.isEmpty()) {
      return Optional.empty();
    }
    try (ObjectSeal seal = wrapping(outer.get())) {
      ByteBuffer key = ByteBuffer.allocate(KEY_BYTES);
      if (!seal.open(0, associated(id, repositoryId), ByteBuffer.wrap(decode(wrapped)), key)) {
        throw damaged("the key is right, but key slot " + id + " is damaged");
      }
      return Optional.of(new Sealing.Encrypted(key.array()));
    } finally {
      Arrays.fill(outer.get(), (byte) 0);
    }
  }

  /** The slot's outer key; empty for another master key. The caller wipes it. */
  private Optional<byte[]> outer(MasterKey master) {
    if (master.kind() != kind) {
      return Optional.empty();
    }
    return switch (master) {
      case Secret secret -> {
        byte[] outer = OuterKey.of(secret, decode(salt), iterations);
        boolean right = MessageDigest.isEqual(decode(check), checkOf(outer));
        if (!right) {
          Arrays.fill(outer, (byte) 0);
        }
        yield right ? Optional.of(outer) : Optional.empty();
      }
      case KmsKey key -> outer(key);
    };
  }

  private Optional<byte[]> outer(KmsKey key) {
    return switch (key.open(decode(kms.orElseThrow().sealed()), id, repositoryId)) {
      case Kms.Opening.OtherKey _ -> Optional.empty();
      case Kms.Opening.NotGenuine _ ->
          throw damaged(
              "the KMS says that what key slot " + id + " holds was never sealed for this slot");
      case Kms.Opening.Opened opened -> {
        byte[] outer = OuterKey.ofRandom(opened.plain(), decode(salt));
        Arrays.fill(opened.plain(), (byte) 0);
        if (!MessageDigest.isEqual(decode(check), checkOf(outer))) {
          throw damaged("the KMS key is right, but key slot " + id + " is damaged");
        }
        yield Optional.of(outer);
      }
    };
  }

  private Failure damaged(String what) {
    return new Failure(
        ErrorCode.DAMAGED_OBJECT,
        what,
        "restore the object keys/" + id + " from another copy of the repository");
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
}
