package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.SealedInput;
import io.mockupaws.store.ObjectInfo;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The bytes of a segment from its start, out of the finished object or of the tail's pieces. A
 * stream that writes meanwhile may merge the pieces or finish the segment: then reading goes on
 * from the object that took their place, at the same byte.
 */
final class SegmentInput extends InputStream {
  /** How often an object may vanish under the reader before that is an error. */
  private static final int MOST_MOVES = 20;

  private final ClusterRepository repository;
  private final JournalKeys keys;
  private final SegmentName segment;
  private final int limit;
  private final PieceFetch fetch;
  private Optional<InputStream> current = Optional.empty();
  private int offset;
  private int moves;

  /**
   * A reader.
   *
   * @param limit bytes to read; the end is reported there
   * @param tail the pieces of a segment that was not finished when it was listed
   */
  SegmentInput(
      ClusterRepository repository, SegmentName segment, int limit, Optional<TailChain> tail) {
    this.repository = repository;
    this.keys = new JournalKeys(repository.prefix());
    this.segment = segment;
    this.limit = limit;
    this.fetch = new PieceFetch(repository, keys, segment);
    tail.ifPresent(fetch::chain);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int at, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (offset < limit) {
      int count = attempt(target, at, Math.min(length, limit - offset));
      if (count > 0) {
        offset += count;
        return count;
      }
      closeCurrent();
    }
    return -1;
  }

  private int attempt(byte[] target, int at, int length) throws IOException {
    try {
      if (current.isEmpty()) {
        current = Optional.of(open());
      }
      return current.get().read(target, at, length);
    } catch (Failure e) {
      if (e.code() != ErrorCode.OBJECT_MISSING || ++moves > MOST_MOVES) {
        throw e;
      }
      look();
      return 0;
    }
  }

  private InputStream open() throws IOException {
    Optional<InputStream> piece = fetch.at(offset);
    return piece.isPresent() ? piece.get() : finished();
  }

  private InputStream finished() throws IOException {
    SealedInput in = repository.open(keys.segment(segment), ObjectKind.SEGMENT);
    in.skipNBytes(offset);
    return in;
  }

  /** Looks what is there now. No pieces at all means that the segment was finished. */
  private void look() {
    List<Piece> pieces = new ArrayList<>();
    for (ObjectInfo object : repository.list(keys.pieces(segment))) {
      Piece.parse(object.key().fileName()).ifPresent(pieces::add);
    }
    fetch.chain(TailChain.choose(pieces));
  }

  private void closeCurrent() throws IOException {
    if (current.isPresent()) {
      current.get().close();
      current = Optional.empty();
    }
  }

  @Override
  public void close() throws IOException {
    closeCurrent();
    fetch.close();
  }
}
