package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.store.ObjectInfo;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The bytes we already have, wherever they are: in the spool, finished, or as a tail. */
final class KnownSegments {
  private final ClusterRepository repository;
  private final JournalKeys keys;
  private final Line line;

  KnownSegments(ClusterRepository repository, Line line) {
    this.repository = repository;
    this.keys = new JournalKeys(repository.prefix());
    this.line = line;
  }

  /** A segment's bytes from its start, as many as there are; empty when there are none. */
  Optional<InputStream> open(SegmentName segment) {
    Optional<OpenSegment> spooled = line.find(segment);
    if (spooled.isPresent()) {
      return Optional.of(spooled.get().file.open(spooled.get().written));
    }
    Optional<InputStream> finished = finished(segment);
    if (finished.isPresent()) {
      return finished;
    }
    TailChain tail = tail(segment);
    return tail.end() == 0
        ? finished(segment) // another process may have finished it meanwhile
        : Optional.of(new SegmentInput(repository, segment, tail.end(), Optional.of(tail)));
  }

  /** Whether a segment is one object in the repository. */
  boolean isStored(SegmentName segment) {
    return repository.store().stat(keys.segment(segment)).isPresent();
  }

  /** A timeline's history file in the repository. */
  Optional<byte[]> history(Timeline timeline) {
    return repository.store().stat(keys.history(timeline)).isPresent()
        ? Optional.of(repository.get(keys.history(timeline), ObjectKind.RECORD))
        : Optional.empty();
  }

  private Optional<InputStream> finished(SegmentName segment) {
    return repository.store().stat(keys.segment(segment)).isPresent()
        ? Optional.of(repository.open(keys.segment(segment), ObjectKind.SEGMENT))
        : Optional.empty();
  }

  /** The pieces of a segment in the repository. */
  TailChain tail(SegmentName segment) {
    return TailChain.choose(pieces(segment));
  }

  List<Piece> pieces(SegmentName segment) {
    List<Piece> pieces = new ArrayList<>();
    for (ObjectInfo object : repository.list(keys.pieces(segment))) {
      Piece.parse(object.key().fileName()).ifPresent(pieces::add);
    }
    return pieces;
  }

  /** What the records of a segment say, where all that there will be of it is known. */
  Optional<SegmentIndex> index(SegmentName segment) {
    Optional<OpenSegment> spooled = line.find(segment);
    if (spooled.isPresent()) {
      return spooled.get().index;
    }
    try {
      byte[] trailer = repository.trailer(keys.segment(segment), ObjectKind.SEGMENT);
      return Optional.of(SegmentIndexJson.decode(segment.fileName(), trailer));
    } catch (Failure e) {
      if (e.code() == ErrorCode.OBJECT_MISSING) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
