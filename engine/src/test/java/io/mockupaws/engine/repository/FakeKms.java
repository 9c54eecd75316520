package io.mockupaws.engine.repository;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mockupaws.core.crypto.Kms;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A KMS in memory that really seals. Its keys follow from their names, so that what one of it
 * sealed another opens. Sealed: the key's digest (32), nonce (12), ciphertext and tag.
 */
final class FakeKms implements Kms {
  static final String KEY = "arn:aws:kms:eu-central-1:111122223333:alias/backups";
  static final String OTHER = "arn:aws:kms:eu-central-1:111122223333:alias/other";

  private final SecureRandom random = new SecureRandom();
  private Optional<ErrorCode> failing = Optional.empty();
  private int calls;

  /** From here on every call ends so. */
  FakeKms failing(ErrorCode code) {
    failing = Optional.of(code);
    return this;
  }

  int calls() {
    return calls;
  }

  @Override
  public String nameOf(String key) {
    called();
    return key.replace("alias/", "key/of-");
  }

  private void called() {
    calls++;
    if (failing.isPresent()) {
      throw new Failure(failing.get(), "the KMS says no", "ask again");
    }
  }

  @Override
  public DataKey generate(String key, Map<String, String> context) {
    byte[] plain = new byte[32];
    random.nextBytes(plain);
    byte[] nonce = new byte[12];
    random.nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce, context).doFinal(plain);
      byte[] all = new byte[44 + sealed.length];
      ByteBuffer.wrap(all).put(keyBytes(key)).put(nonce).put(sealed);
      return new DataKey(plain, all, nameOf(key));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Opening open(String key, byte[] sealed, Map<String, String> context) {
    called();
    if (!Arrays.equals(Arrays.copyOf(sealed, 32), keyBytes(key))) {
      return new Opening.OtherKey();
    }
    byte[] nonce = Arrays.copyOfRange(sealed, 32, 44);
    try {
      return new Opening.Opened(
          cipher(Cipher.DECRYPT_MODE, key, nonce, context).doFinal(sealed, 44, sealed.length - 44));
    } catch (AEADBadTagException e) {
      return new Opening.NotGenuine();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Cipher cipher(int mode, String key, byte[] nonce, Map<String, String> context)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(keyBytes(key), "AES"), new GCMParameterSpec(128, nonce));
    cipher.updateAAD(new TreeMap<>(context).toString().getBytes(UTF_8));
    return cipher;
  }

  private static byte[] keyBytes(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {}
}
