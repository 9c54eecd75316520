package io.mockupaws.core.crypto;

/** What opens a key slot: a secret that the operator holds, or a key that a service holds. */
public sealed interface MasterKey extends AutoCloseable permits Secret, KmsKey {
  /** How a slot's key comes of it. */
  enum Kind {
    /** 32 random bytes. */
    RAW,
    /** A text to remember; made a key by a slow function. */
    PASSPHRASE,
    /** A key that never leaves its service, which seals a random key for each slot. */
    KMS
  }

  Kind kind();

  /**
   * A name that does not help to find it: 16 hexadecimal digits, the same wherever it is used. Slow
   * for a passphrase; a KMS is asked.
   */
  String fingerprint();

  @Override
  void close();
}
