package io.mockupaws.core.format;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * CRC-32C of bytes that are not seen in order: the checksums of two neighbours give the checksum of
 * both without their bytes.
 *
 * <p>A checksum is the remainder of a polynomial over GF(2); appending {@code n} bytes multiplies
 * it by x<sup>8n</sup>. Bits are reflected, as in {@link CRC32C}.
 */
public final class Crc32cMath {
  private static final int POLYNOMIAL = 0x82F63B78;

  /** x<sup>2^k</sup> modulo the polynomial. */
  private static final int[] POWERS = powers();

  private Crc32cMath() {}

  /** The checksum of the buffer from position to limit; both are left as they were. */
  public static int of(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate());
    return (int) crc.getValue();
  }

  /**
   * The checksum of two stretches, one behind the other.
   *
   * @param secondLength bytes of the second
   */
  public static int concat(int first, int second, long secondLength) {
    return multiply(xToTheEightTimes(secondLength), first) ^ second;
  }

  private static int xToTheEightTimes(long bytes) {
    int product = 1 << 31;
    int k = 3;
    for (long left = bytes; left != 0; left >>>= 1) {
      if ((left & 1) != 0) {
        product = multiply(POWERS[k], product);
      }
      k++;
    }
    return product;
  }

  private static int multiply(int a, int b) {
    int product = 0;
    int shifted = b;
    for (int bit = 1 << 31; bit != 0; bit >>>= 1) {
      if ((a & bit) != 0) {
        product ^= shifted;
      }
      shifted = (shifted & 1) != 0 ? (shifted >>> 1) ^ POLYNOMIAL : shifted >>> 1;
    }
    return product;
  }

  private static int[] powers() {
    int[] powers = new int[Long.SIZE + 3];
    powers[0] = 1 << 30;
    for (int k = 1; k < powers.length; k++) {
      powers[k] = multiply(powers[k - 1], powers[k - 1]);
    }
    return powers;
  }
}
