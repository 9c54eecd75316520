package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.wal.RecordSpan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the records of a segment say, without the segment. It is the trailer of the segment's
 * object; a tail piece's trailer is the same up to the piece's end. A record belongs to the segment
 * in which it ends. One of these a segment is the commit index: it tells which segment has a
 * moment, and that one tells the record.
 *
 * @param length bytes of the segment that it covers, from its start
 * @param first the first record that belongs here
 * @param last the last one
 * @param open where a record begins that has begun but not ended by {@code length}
 * @param firstCommit the first in LSN order; likewise the last
 * @param commits how many commits
 * @param latestEnd the latest time of a commit or an abort in it
 * @param latestEndSoFar the same over everything that was received without a hole up to {@code
 *     length}: what a search by time can trust although times do not rise with LSNs
 * @param endedXids of the transactions that committed or aborted in it; empty when none did, or
 *     when an older release wrote it
 * @param commitsSoFar how many commits were received up to {@code length}, since the journal began
 * @param notables in LSN order
 * @param damage from where on the records could not be read
 */
public record SegmentIndex(
    int length,
    Optional<RecordSpan> first,
    Optional<RecordSpan> last,
    Optional<Lsn> open,
    Optional<Commit> firstCommit,
    Optional<Commit> lastCommit,
    long commits,
    Optional<Instant> latestEnd,
    Optional<Instant> latestEndSoFar,
    Optional<XidRange> endedXids,
    long commitsSoFar,
    List<Notable> notables,
    Optional<Lsn> damage) {
  public SegmentIndex {
    notables = List.copyOf(notables);
  }

  /**
   * The same with a record before the first one, which goes on in this segment from the one before:
   * the index was made without that. The sums so far stay, as those of the segments behind do.
   */
  SegmentIndex behind(SegmentIndex record) {
    List<Notable> all = new ArrayList<>(record.notables());
    all.addAll(notables);
    return new SegmentIndex(
        length,
        record.first(),
        last.or(record::last),
        open,
        record.firstCommit().or(() -> firstCommit),
        lastCommit.or(record::lastCommit),
        commits + record.commits(),
        later(latestEnd, record.latestEnd()),
        later(latestEndSoFar, record.latestEnd()),
        xidsWith(record),
        commitsSoFar,
        all,
        damage);
  }

  private Optional<XidRange> xidsWith(SegmentIndex record) {
    if (latestEnd.isEmpty()) {
      return record.endedXids();
    }
    // where an older release left them out they stay unknown
    return endedXids.map(own -> record.endedXids().map(x -> own.and(x.lowest())).orElse(own));
  }

  private static Optional<Instant> later(Optional<Instant> one, Optional<Instant> other) {
    return one.filter(time -> other.filter(time::isBefore).isEmpty()).or(() -> other);
  }
}
