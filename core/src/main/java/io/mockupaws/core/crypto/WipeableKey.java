package io.mockupaws.core.crypto;

import java.io.Serial;
import java.util.Arrays;
import javax.crypto.SecretKey;

/** An AES key whose bytes can be wiped; {@code SecretKeySpec} keeps its copy for ever. */
final class WipeableKey implements SecretKey {
  @Serial private static final long serialVersionUID = 1L;

  private final transient byte[] bytes;
  private transient boolean destroyed;

  /** Takes the array over. */
  WipeableKey(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public String getAlgorithm() {
    return "AES";
  }

  @Override
  public String getFormat() {
    return "RAW";
  }

  @Override
  public byte[] getEncoded() {
    return bytes.clone();
  }

  @Override
  public void destroy() {
    Arrays.fill(bytes, (byte) 0);
    destroyed = true;
  }

  @Override
  public boolean isDestroyed() {
    return destroyed;
  }
}
