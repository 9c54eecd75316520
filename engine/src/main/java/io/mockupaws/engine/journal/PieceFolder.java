package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.Failure;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Merges a tail's pieces: {@value #FOLD} neighbours that were merged equally often become one. So
 * their number grows with the logarithm of how many there were, each byte is written again a few
 * times at most, and a reader needs a few round trips, whatever the tail's interval.
 *
 * <p>Merging runs beside the writing of new pieces, one at a time, and may be left undone.
 */
final class PieceFolder {
  static final int FOLD = 16;

  private final Line line;
  private final Uploads uploads;
  private final AtomicBoolean busy = new AtomicBoolean();

  PieceFolder(Line line, Uploads uploads) {
    this.line = line;
    this.uploads = uploads;
  }

  /** Begins to merge where there is something to merge. */
  void look(OpenSegment segment) {
    if (!run(segment).isEmpty() && busy.compareAndSet(false, true)) {
      Thread.ofVirtual().name("journal-fold").start(() -> merge(segment));
    }
  }

  /** Merges the pieces that an earlier process left, when they are many. */
  void consolidate(OpenSegment segment, List<Piece> pieces, SegmentIndex index) {
    if (pieces.size() < FOLD || !busy.compareAndSet(false, true)) {
      return;
    }
    Thread.ofVirtual()
        .name("journal-fold")
        .start(
            () -> {
              try {
                Piece joined = new Piece(0, index.length());
                uploads.piece(segment, joined, index);
                uploads.removeJoined(segment, joined, pieces);
              } catch (Failure e) {
                // The pieces are all there.
              } finally {
                busy.set(false);
              }
            });
  }

  private List<StoredPiece> run(OpenSegment segment) {
    return line.read(() -> foldable(segment.pieces));
  }

  private void merge(OpenSegment segment) {
    try {
      for (List<StoredPiece> run = run(segment);
          !run.isEmpty() && !segment.finished;
          run = run(segment)) {
        merge(segment, run);
      }
    } catch (Failure e) {
      // The pieces are all there; the next one tries again.
    } finally {
      busy.set(false);
    }
  }

  private void merge(OpenSegment segment, List<StoredPiece> run) {
    StoredPiece last = run.getLast();
    Piece piece = new Piece(run.getFirst().piece().from(), last.piece().to());
    uploads.piece(segment, piece, last.index());
    line.change(
        () -> {
          int at = segment.pieces.indexOf(run.getFirst());
          segment.pieces.removeAll(run);
          segment.pieces.add(at, new StoredPiece(piece, last.depth() + 1, last.index()));
        });
    uploads.removeJoined(segment, piece, run.stream().map(StoredPiece::piece).toList());
    if (segment.finished) {
      uploads.removePiece(segment, piece);
    }
  }

  /** The oldest {@value #FOLD} neighbours of equal depth; empty when there are none. */
  static List<StoredPiece> foldable(List<StoredPiece> pieces) {
    int from = 0;
    for (int i = 0; i < pieces.size(); i++) {
      if (pieces.get(i).depth() != pieces.get(from).depth()) {
        from = i;
      }
      if (i - from + 1 == FOLD) {
        return List.copyOf(pieces.subList(from, i + 1));
      }
    }
    return List.of();
  }
}
