package io.mockupaws.core.crypto;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/** AES-256-GCM with a key of the object's own, so that the frame's number can be the nonce. */
final class GcmSeal implements ObjectSeal {
  /** One call over a large buffer runs interpreted for seconds; steps of this size are compiled. */
  private static final int STEP = 64 * 1024;

  private static final int NONCE_BYTES = 12;

  private final WipeableKey key;
  private final Cipher cipher;

  GcmSeal(byte[] objectKey) {
    this.key = new WipeableKey(objectKey);
    try {
      this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM is not usable on this Java", e);
    }
  }

  @Override
  public void seal(int number, byte[] associated, ByteBuffer plain, ByteBuffer sealed) {
    try {
      start(Cipher.ENCRYPT_MODE, number, associated);
      int end = plain.limit();
      while (end - plain.position() > STEP) {
        plain.limit(plain.position() + STEP);
        cipher.update(plain, sealed);
        plain.limit(end);
      }
      cipher.doFinal(plain, sealed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing failed", e);
    }
  }

  @Override
  public boolean open(int number, byte[] associated, ByteBuffer sealed, ByteBuffer plain) {
    if (sealed.remaining() < TAG_BYTES) {
      return false;
    }
    try {
      start(Cipher.DECRYPT_MODE, number, associated);
      cipher.doFinal(sealed, plain);
      return true;
    } catch (AEADBadTagException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("opening failed", e);
    }
  }

  private void start(int mode, int number, byte[] associated) throws GeneralSecurityException {
    if (key.isDestroyed()) {
      throw new IllegalStateException("its key is wiped");
    }
    byte[] nonce = new byte[NONCE_BYTES];
    ByteBuffer.wrap(nonce).putInt(NONCE_BYTES - Integer.BYTES, number);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
    cipher.updateAAD(associated);
  }

  @Override
  public void close() {
    key.destroy();
  }
}
