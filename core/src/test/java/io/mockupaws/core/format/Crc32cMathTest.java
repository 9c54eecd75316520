package io.mockupaws.core.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The oracle is the JDK's checksum over the whole. */
class Crc32cMathTest {
  @Property(tries = 300)
  void twoNeighboursGiveTheChecksumOfBoth(
      @ForAll @Size(max = 300) byte[] first, @ForAll @Size(max = 300) byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    assertThat(Crc32cMath.concat(crc(first), crc(second), second.length)).isEqualTo(crc(both));
  }

  /**
   * From 2^29 bytes on a power beyond x^(2^31) is needed, where they repeat with another period.
   */
  @Test
  void holdsForALengthBeyond512MiB() {
    byte[] mebibyte = new byte[1 << 20];
    new Random(7).nextBytes(mebibyte);
    CRC32C all = new CRC32C();
    all.update(42);
    int joined = (int) all.getValue();
    int part = crc(mebibyte);
    int mebibytes = 1100;
    int tail = 0;
    for (int i = 0; i < mebibytes; i++) {
      all.update(mebibyte);
      tail = i == 0 ? part : Crc32cMath.concat(tail, part, mebibyte.length);
    }
    joined = Crc32cMath.concat(joined, tail, (long) mebibytes << 20);
    assertThat(joined).isEqualTo((int) all.getValue());
  }

  @Property(tries = 200)
  void piecesInAnyOrderGiveTheChecksumOfTheWhole(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] whole = new byte[1 + random.nextInt(5000)];
    random.nextBytes(whole);
    List<int[]> pieces = cut(whole.length, random);
    Collections.shuffle(pieces, random);
    PieceChecksum checksum = new PieceChecksum();
    for (int[] piece : pieces) {
      assertThat(checksum.covers(whole.length)).isFalse();
      byte[] bytes = Arrays.copyOfRange(whole, piece[0], piece[1]);
      checksum.add(piece[0], bytes.length, crc(bytes));
    }
    assertThat(checksum.covers(whole.length)).isTrue();
    assertThat(checksum.value()).isEqualTo(crc(whole));
  }

  @Test
  void piecesThatOverlapAreRefused() {
    PieceChecksum checksum = new PieceChecksum();
    checksum.add(10, 10, 1);
    assertThatThrownBy(() -> checksum.add(19, 5, 1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> checksum.add(5, 6, 1)).isInstanceOf(IllegalStateException.class);
  }

  private static List<int[]> cut(int length, Random random) {
    List<int[]> pieces = new ArrayList<>();
    int from = 0;
    while (from < length) {
      int to = Math.min(length, from + 1 + random.nextInt(700));
      pieces.add(new int[] {from, to});
      from = to;
    }
    return pieces;
  }

  private static int crc(byte[] bytes) {
    return Crc32cMath.of(ByteBuffer.wrap(bytes));
  }
}
