package io.mockupaws.core.crypto;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * A repository's way of sealing: AES-256-GCM under its own random key, or, by the operator's
 * explicit word, digests alone.
 */
public sealed interface Sealing extends AutoCloseable permits Sealing.Encrypted, Sealing.Plain {

  /** The number that stands in an object's header. */
  int algorithm();

  /**
   * The seal of one object.
   *
   * @param salt 32 random bytes that stand in the object's header, new for each object
   * @param objectName the object's name in the repository
   */
  ObjectSeal forObject(byte[] salt, String objectName);

  @Override
  void close();

  /** A fresh repository key. */
  static Encrypted generate(SecureRandom random) {
    byte[] key = new byte[Encrypted.KEY_BYTES];
    random.nextBytes(key);
    return new Encrypted(key);
  }

  /** AES-256-GCM; each object's key comes from the repository's by HKDF. */
  final class Encrypted implements Sealing {
    public static final int ALGORITHM = 1;
    static final int KEY_BYTES = 32;

    private final byte[] repositoryKey;
    private boolean closed;

    /** Takes the array over. */
    Encrypted(byte[] repositoryKey) {
      this.repositoryKey = repositoryKey;
    }

    synchronized byte[] copyKey() {
      demandOpen();
      return repositoryKey.clone();
    }

    /** What a wiped key seals anybody opens, and nobody who has the right one. */
    private void demandOpen() {
      if (closed) {
        throw new Failure(
            ErrorCode.INTERNAL,
            "the repository was closed while it was in use",
            "report this with the log; nothing was written");
      }
    }

    /** Whether the other opens the same objects. */
    public boolean isSameAs(Encrypted other) {
      return MessageDigest.isEqual(repositoryKey, other.repositoryKey);
    }

    @Override
    public int algorithm() {
      return ALGORITHM;
    }

    /**
     * As above.
     *
     * @throws Failure INTERNAL once it is closed
     */
    @Override
    public synchronized ObjectSeal forObject(byte[] salt, String objectName) {
      demandOpen();
      return new GcmSeal(
          Hkdf.derive(repositoryKey, salt, "mockupaws object " + objectName, KEY_BYTES));
    }

    @Override
    public synchronized void close() {
      closed = true;
      Arrays.fill(repositoryKey, (byte) 0);
    }
  }

  /** No encryption: digests against damage. */
  final class Plain implements Sealing {
    public static final int ALGORITHM = 0;

    @Override
    public int algorithm() {
      return ALGORITHM;
    }

    @Override
    public ObjectSeal forObject(byte[] salt, String objectName) {
      return new DigestSeal();
    }

    @Override
    public void close() {}
  }
}
