package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.engine.repository.ClusterRepository;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Fetches the small pieces of a tail ahead of their reader, several at once: each costs a round
 * trip and little else. Large pieces are streamed, so that at most {@value #AHEAD} small pieces are
 * in memory.
 */
final class PieceFetch implements AutoCloseable {
  private static final int AHEAD = 8;
  private static final int SMALL = 2 * 1024 * 1024;

  private record Fetch(Piece piece, FutureTask<byte[]> bytes) {}

  private final ClusterRepository repository;
  private final JournalKeys keys;
  private final SegmentName segment;
  private final Deque<Fetch> ahead = new ArrayDeque<>();
  private List<Piece> chain = List.of();
  private int next;

  PieceFetch(ClusterRepository repository, JournalKeys keys, SegmentName segment) {
    this.repository = repository;
    this.keys = keys;
    this.segment = segment;
  }

  /** Reads from this chain from now on. */
  void chain(TailChain tail) {
    ahead.clear();
    chain = tail.pieces();
    next = 0;
  }

  /** The content from {@code offset} to the end of the piece that has it; empty: no piece has. */
  Optional<InputStream> at(int offset) throws IOException {
    while (!ahead.isEmpty() && ahead.getFirst().piece().to() <= offset) {
      ahead.removeFirst();
    }
    while (next < chain.size() && chain.get(next).to() <= offset) {
      next++;
    }
    fill();
    Optional<Piece> wanted =
        chain.stream().filter(p -> p.from() <= offset && offset < p.to()).findFirst();
    if (wanted.isEmpty()) {
      return Optional.empty();
    }
    InputStream in = open(wanted.get());
    in.skipNBytes(offset - wanted.get().from());
    return Optional.of(in);
  }

  private void fill() {
    while (ahead.size() < AHEAD && next < chain.size() && chain.get(next).length() <= SMALL) {
      Piece piece = chain.get(next++);
      FutureTask<byte[]> task =
          new FutureTask<>(() -> repository.get(keys.piece(segment, piece), ObjectKind.TAIL));
      ahead.addLast(new Fetch(piece, task));
      Thread.ofVirtual().name("journal-piece").start(task);
    }
  }

  private InputStream open(Piece piece) {
    Optional<Fetch> fetched = ahead.stream().filter(f -> f.piece().equals(piece)).findFirst();
    return fetched.isPresent()
        ? new ByteArrayInputStream(bytes(fetched.get()))
        : repository.open(keys.piece(segment, piece), ObjectKind.TAIL);
  }

  private static byte[] bytes(Fetch fetch) {
    try {
      return fetch.bytes().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Failure failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** What is under way ends by itself; nobody reads it. */
  @Override
  public void close() {
    ahead.clear();
  }
}
