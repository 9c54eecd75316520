package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PieceFolderTest {
  private static final SegmentIndex NOTHING =
      new SegmentIndex(
          0,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          0,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          0,
          List.of(),
          Optional.empty());

  @Test
  void aDayOfPiecesStaysFewAndIsWrittenFewTimes() {
    List<StoredPiece> pieces = new ArrayList<>();
    long written = 0;
    for (int i = 0; i < 86_400; i++) {
      pieces.add(new StoredPiece(new Piece(i, i + 1), 0, NOTHING));
      for (List<StoredPiece> run = PieceFolder.foldable(pieces);
          !run.isEmpty();
          run = PieceFolder.foldable(pieces)) {
        Piece merged = new Piece(run.getFirst().piece().from(), run.getLast().piece().to());
        written += merged.length();
        int at = pieces.indexOf(run.getFirst());
        pieces.removeAll(run);
        pieces.add(at, new StoredPiece(merged, run.getFirst().depth() + 1, NOTHING));
      }
      assertThat(pieces).hasSizeLessThan(5 * PieceFolder.FOLD);
    }
    assertThat(TailChain.choose(pieces.stream().map(StoredPiece::piece).toList()).end())
        .isEqualTo(86_400);
    assertThat(written).isLessThan(5 * 86_400);
  }
}
