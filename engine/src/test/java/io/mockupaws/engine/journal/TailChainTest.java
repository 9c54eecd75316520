package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class TailChainTest {
  @Provide
  Arbitrary<List<Piece>> pieces() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 60), Arbitraries.integers().between(1, 20))
        .as((from, length) -> new Piece(from, from + length))
        .list()
        .ofMaxSize(40);
  }

  @Property
  void reachesWhatTheBytesReach(@ForAll("pieces") List<Piece> pieces) {
    BitSet bytes = new BitSet();
    pieces.forEach(piece -> bytes.set(piece.from(), piece.to()));
    TailChain chain = TailChain.choose(pieces);
    assertThat(chain.end()).isEqualTo(bytes.nextClearBit(0));
    int reached = 0;
    for (Piece piece : chain.pieces()) {
      assertThat(piece.from()).isLessThanOrEqualTo(reached);
      assertThat(piece.to()).isGreaterThan(reached);
      reached = piece.to();
    }
  }

  @Test
  void aMergedPieceReplacesItsParts() {
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      pieces.add(new Piece(i, i + 1));
    }
    pieces.add(new Piece(0, 16));
    pieces.add(new Piece(16, 20));
    assertThat(TailChain.choose(pieces).pieces())
        .containsExactly(new Piece(0, 16), new Piece(16, 20));
  }

  @Test
  void namesAreReadBack() {
    assertThat(Piece.parse("00000000-40000000")).contains(new Piece(0, 1 << 30));
    assertThat(Piece.parse("00000010-00000010")).isEmpty();
    assertThat(Piece.parse("00000010")).isEmpty();
    assertThat(Piece.parse("0000001x-00000020")).isEmpty();
  }
}
