package io.mockupaws.core.pg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PageChecksumTest {
  private static final int SIZE = 8192;

  /** Block 7 of pg_proc, as a server with checksums wrote it. */
  @Test
  void equalsWhatAServerStored() throws IOException {
    byte[] page = ControlFileTest.golden("page.bin");
    assertThat(PageChecksum.of(page, 0, SIZE, 7)).isEqualTo(0x8d6f);
    assertThat(PageChecksum.of(ByteBuffer.wrap(page), 7)).isEqualTo(0x8d6f);
    assertThat(PageChecksum.of(ByteBuffer.wrap(page), 8)).isNotEqualTo(0x8d6f);
    assertThat(PageHeader.checksum(ByteBuffer.wrap(page), 0)).isEqualTo(0x8d6f);
  }

  /** The formula as src/include/storage/checksum_impl.h writes it down, row by row. */
  private static int slow(byte[] page, long block) {
    byte[] copy = page.clone();
    copy[8] = 0;
    copy[9] = 0;
    long[] sums = START.clone();
    for (int row = 0; row < copy.length / 128 + 2; row++) {
      for (int column = 0; column < 32; column++) {
        int at = row * 128 + column * 4;
        long value = 0;
        for (int b = 3; b >= 0 && at < copy.length; b--) {
          value = value << 8 | (copy[at + b] & 0xFF);
        }
        long mixed = sums[column] ^ value;
        sums[column] = ((mixed * 16777619) ^ (mixed >> 17)) & 0xFFFF_FFFFL;
      }
    }
    long result = block;
    for (long sum : sums) {
      result ^= sum;
    }
    return (int) (result % 65535 + 1);
  }

  @Property(tries = 200)
  void equalsTheFormulaForAnyPageInAnyBuffer(
      @ForAll long seed,
      @ForAll @IntRange(max = 5) int power,
      @ForAll @IntRange(max = 100) int offset,
      @ForAll @IntRange(max = Integer.MAX_VALUE) int block) {
    byte[] page = new byte[1024 << power];
    new Random(seed).nextBytes(page);
    long number = block * 2L;
    int expected = slow(page, number);

    byte[] around = new byte[page.length + offset + 3];
    System.arraycopy(page, 0, around, offset, page.length);
    ByteBuffer direct = ByteBuffer.allocateDirect(around.length).put(around).clear();

    assertThat(PageChecksum.of(around, offset, page.length, number)).isEqualTo(expected);
    assertThat(PageChecksum.of(direct, offset, page.length, number)).isEqualTo(expected);
    assertThat(PageChecksum.of(direct.asReadOnlyBuffer(), offset, page.length, number))
        .isEqualTo(expected);
    ByteBuffer slice = ByteBuffer.wrap(around).slice(offset, page.length);
    assertThat(PageChecksum.of(slice, number)).isEqualTo(expected);
    assertThat(slice.position()).isZero();
    assertThat(PageChecksum.of(ByteBuffer.wrap(page).asReadOnlyBuffer(), number))
        .isEqualTo(expected);
  }

  @Test
  void refusesWhatIsNoPage() {
    ByteBuffer page = ByteBuffer.allocate(SIZE);
    assertThatThrownBy(() -> PageChecksum.of(page, 1, SIZE, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PageChecksum.of(page, 0, 100, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PageChecksum.of(page, -128, 128, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readsTheHeader() throws IOException {
    ByteBuffer page = ByteBuffer.wrap(ControlFileTest.golden("page.bin"));
    assertThat(new Lsn(PageHeader.lsn(page, 0))).isEqualTo(Lsn.parse("0/1525308"));
    assertThat(PageHeader.flags(page, 0)).isEqualTo(4);
    assertThat(PageHeader.lower(page, 0)).isEqualTo(0xb8);
    assertThat(PageHeader.upper(page, 0)).isEqualTo(0x170);
    assertThat(PageHeader.special(page, 0)).isEqualTo(0x2000);
    assertThat(PageHeader.pageSize(page, 0)).isEqualTo(SIZE);
  }

  @Test
  void findsSoundZeroAndDamagedPages() throws IOException {
    ByteBuffer page = ByteBuffer.wrap(ControlFileTest.golden("page.bin"));
    assertThat(PageFinding.of(page, 0, SIZE, 7, true)).isEqualTo(PageFinding.SOUND);
    assertThat(PageFinding.of(page, 0, SIZE, 6, true)).isEqualTo(PageFinding.BAD_CHECKSUM);
    assertThat(PageFinding.of(page, 0, SIZE, 6, false)).isEqualTo(PageFinding.SOUND);
    page.putShort(12, (short) -1);
    assertThat(PageFinding.of(page, 0, SIZE, 7, false)).isEqualTo(PageFinding.BAD_HEADER);

    ByteBuffer zero = ByteBuffer.allocateDirect(2 * SIZE);
    assertThat(PageFinding.of(zero, SIZE, SIZE, 1, true)).isEqualTo(PageFinding.ALL_ZERO);
    zero.put(2 * SIZE - 1, (byte) 1);
    assertThat(PageFinding.of(zero, SIZE, SIZE, 1, true)).isEqualTo(PageFinding.NEW_WITH_BYTES);
    assertThat(PageFinding.of(zero, 0, SIZE, 0, true)).isEqualTo(PageFinding.ALL_ZERO);
    assertThat(PageFinding.ALL_ZERO.isFine()).isTrue();
    assertThat(PageFinding.NEW_WITH_BYTES.isFine()).isFalse();
  }

  private static final long[] START = {
    0x5B1F36E9L, 0xB8525960L, 0x02AB50AAL, 0x1DE66D2AL, 0x79FF467AL, 0x9BB9F8A3L, 0x217E7CD2L,
    0x83E13D2CL, 0xF8D4474FL, 0xE39EB970L, 0x42C6AE16L, 0x993216FAL, 0x7B093B5DL, 0x98DAFF3CL,
    0xF718902AL, 0x0B1C9CDBL, 0xE58F764BL, 0x187636BCL, 0x5D7B3BB1L, 0xE73DE7DEL, 0x92BEC979L,
    0xCCA6C0B2L, 0x304A0979L, 0x85AA43D4L, 0x783125BBL, 0x6CA8EAA2L, 0xE407EAC6L, 0x4B5CFC3EL,
    0x9FBF8C76L, 0x15CA20BEL, 0xF2CA9FD3L, 0x959BD756L,
  };
}
