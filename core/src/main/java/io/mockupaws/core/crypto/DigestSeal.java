package io.mockupaws.core.crypto;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * For a repository without encryption: nothing is hidden, and the tag, the first 16 bytes of a
 * SHA-256, proves the absence of damage only, not of an attacker.
 */
final class DigestSeal implements ObjectSeal {
  private final MessageDigest digest;

  DigestSeal() {
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is not usable on this Java", e);
    }
  }

  @Override
  public void seal(int number, byte[] associated, ByteBuffer plain, ByteBuffer sealed) {
    byte[] tag = tag(number, associated, plain.duplicate());
    sealed.put(plain).put(tag);
  }

  @Override
  public boolean open(int number, byte[] associated, ByteBuffer sealed, ByteBuffer plain) {
    if (sealed.remaining() < TAG_BYTES) {
      return false;
    }
    ByteBuffer content = sealed.slice(sealed.position(), sealed.remaining() - TAG_BYTES);
    byte[] stored = new byte[TAG_BYTES];
    sealed.get(sealed.limit() - TAG_BYTES, stored);
    if (!MessageDigest.isEqual(stored, tag(number, associated, content.duplicate()))) {
      return false;
    }
    plain.put(content);
    sealed.position(sealed.limit());
    return true;
  }

  private byte[] tag(int number, byte[] associated, ByteBuffer content) {
    digest.reset();
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, number));
    digest.update(associated);
    digest.update(content);
    return Arrays.copyOf(digest.digest(), TAG_BYTES);
  }

  @Override
  public void close() {
    digest.reset();
  }
}
