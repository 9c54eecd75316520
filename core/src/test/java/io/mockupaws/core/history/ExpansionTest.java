package io.mockupaws.core.history;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Inputs made by hand from the formats' descriptions; pages of servers are in HistoryIT. */
class ExpansionTest {

  @Test
  void pglzRepeatsWhatLiesBack() {
    byte[] in = {0b0000_1000, 'a', 'b', 'c', 0x03, 3, 'd'};
    assertThat(text(Expansion.pglz(in, 10))).isEqualTo("abcabcabcd");
  }

  @Test
  void pglzLongLengthHasAByteOfItsOwn() {
    byte[] in = {0b0000_0010, 'x', 0x0F, 1, 2};
    assertThat(text(Expansion.pglz(in, 21))).isEqualTo("x".repeat(21));
  }

  @Test
  void lz4GoesOnWithLiteralsBehindARepetition() {
    byte[] in = {0x32, 'a', 'b', 'c', 3, 0, 0x10, 'd'};
    assertThat(text(Expansion.lz4(in, 10))).isEqualTo("abcabcabcd");
  }

  @Test
  void lz4LengthsFrom15OnGoOnInTheNextBytes() {
    byte[] in = new byte[3 + 20 + 4];
    in[0] = (byte) 0xFF;
    in[1] = 5;
    Arrays.fill(in, 2, 22, (byte) 'q');
    in[22] = 1;
    in[23] = 0;
    in[24] = (byte) 255;
    in[25] = 6;
    assertThat(text(Expansion.lz4(Arrays.copyOf(in, 26), 300))).isEqualTo("q".repeat(300));
  }

  @Test
  void nonsenseIsNeverReadBeyondItsEnds() {
    assertThatThrownBy(() -> Expansion.pglz(new byte[] {1, 0x0F, 9, 1}, 30))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Expansion.lz4(new byte[] {(byte) 0xF0, (byte) 255}, 30))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(Expansion.pglz(new byte[] {0, 'a'}, 30)).hasSize(1);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, US_ASCII);
  }
}
