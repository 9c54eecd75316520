package io.mockupaws.core.crypto;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;

/** A key of a KMS. Owns the connection to it. */
public final class KmsKey implements MasterKey {
  private final Kms kms;
  private final String id;

  /**
   * @param id as the operator names it: an ARN, an alias, an id
   */
  public KmsKey(Kms kms, String id) {
    this.kms = kms;
    this.id = id;
  }

  /** As the operator names it. */
  public String id() {
    return id;
  }

  @Override
  public Kind kind() {
    return Kind.KMS;
  }

  @Override
  public String fingerprint() {
    return fingerprint(kms.nameOf(id));
  }

  static String fingerprint(String name) {
    try {
      byte[] text = ("mockupaws kms " + name).getBytes(StandardCharsets.UTF_8);
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text);
      return HexFormat.of().formatHex(Arrays.copyOf(digest, 8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  Kms.DataKey generate(String slot, String repositoryId) {
    return kms.generate(id, context(slot, repositoryId));
  }

  Kms.Opening open(byte[] sealed, String slot, String repositoryId) {
    return kms.open(id, sealed, context(slot, repositoryId));
  }

  /** Binds what the KMS seals to its slot: in another place it does not open. */
  private static Map<String, String> context(String slot, String repositoryId) {
    return Map.of("mockupaws:repository", repositoryId, "mockupaws:slot", slot);
  }

  @Override
  public void close() {
    kms.close();
  }

  @Override
  public String toString() {
    return "KmsKey[" + id + "]";
  }
}
