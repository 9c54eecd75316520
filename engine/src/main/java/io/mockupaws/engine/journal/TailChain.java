package io.mockupaws.engine.journal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Pieces that together hold a growing segment from its start, each beginning at or before the end
 * of the one before. Pieces may overlap: a merged piece lives for a moment beside those it
 * replaces. Bytes that two pieces share are equal.
 *
 * @param pieces in the order of reading; empty when no piece begins at 0
 */
record TailChain(List<Piece> pieces) {
  TailChain {
    pieces = List.copyOf(pieces);
  }

  /** The chain that reaches farthest, of as few pieces as can be. */
  static TailChain choose(Collection<Piece> all) {
    List<Piece> byStart = all.stream().sorted(Comparator.comparingInt(Piece::from)).toList();
    List<Piece> chain = new ArrayList<>();
    int next = 0;
    int end = 0;
    while (true) {
      Optional<Piece> best = Optional.empty();
      while (next < byStart.size() && byStart.get(next).from() <= end) {
        Piece piece = byStart.get(next++);
        if (piece.to() > best.map(Piece::to).orElse(end)) {
          best = Optional.of(piece);
        }
      }
      if (best.isEmpty()) {
        return new TailChain(chain);
      }
      chain.add(best.get());
      end = best.get().to();
    }
  }

  /** How many bytes of the segment the chain holds. */
  int end() {
    return pieces.isEmpty() ? 0 : pieces.getLast().to();
  }

  /** The piece from which the byte at {@code offset} is read. */
  Optional<Piece> at(int offset) {
    return pieces.stream().filter(p -> p.from() <= offset && offset < p.to()).findFirst();
  }
}
