package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.repository.ClusterRepository;
import java.util.Optional;

/** Looks in the repository whether a part of a timeline is there, without listing all of it. */
final class Coverage {
  private final ClusterRepository repository;
  private final KnownSegments known;
  private final JournalKeys keys;
  private final int segmentSize;

  Coverage(ClusterRepository repository) {
    this.repository = repository;
    this.known = new KnownSegments(repository, new Line());
    this.keys = new JournalKeys(repository.prefix());
    this.segmentSize = repository.identity().walSegmentSize();
  }

  /** The first position from {@code from} on, before {@code to}, that is not there. */
  Optional<Lsn> firstMissing(Timeline timeline, Lsn from, Lsn to) {
    SegmentName segment = SegmentName.containing(timeline, from, segmentSize);
    while (segment.start().isBefore(to)) {
      if (repository.store().stat(keys.segment(segment)).isEmpty()) {
        // finished in between: then its pieces may be gone, but it is there
        Lsn end = segment.start().plus(known.tail(segment).end());
        boolean there =
            !end.isBefore(segment.end())
                || !end.isBefore(to)
                || repository.store().stat(keys.segment(segment)).isPresent();
        if (!there) {
          return Optional.of(Lsn.max(end, from));
        }
      }
      segment = segment.next();
    }
    return Optional.empty();
  }

  /** As above, as an error. */
  void require(Timeline timeline, Lsn from, Lsn to) {
    Optional<Lsn> missing = firstMissing(timeline, from, to);
    if (missing.isPresent()) {
      throw new Failure(
          ErrorCode.WAL_HOLE,
          "the journal lacks the WAL at "
              + missing.get()
              + " that lies between "
              + from
              + " and "
              + to,
          "Take the backup again: the journal goes on behind the hole.");
    }
  }
}
