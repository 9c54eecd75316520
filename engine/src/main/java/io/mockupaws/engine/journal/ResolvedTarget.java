package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A target as one record of the journal.
 *
 * @param timeline the timeline on the way to which it lies
 * @param recordStart where the last wanted record begins: what PostgreSQL is given, inclusive
 * @param recordEnd the position that a recovery reaches with it
 * @param lastCommit the last commit up to there; empty when there is none behind the backup's stop
 * @param commitsLost how many commits of the journal lie behind it on this timeline
 * @param journalEnd the last commit of the journal on this timeline, to tell what is lost
 * @param notes what to know about the choice of this record, in words
 */
public record ResolvedTarget(
    Timeline timeline,
    Lsn recordStart,
    Lsn recordEnd,
    Optional<Commit> lastCommit,
    long commitsLost,
    Optional<Commit> journalEnd,
    List<String> notes) {
  public ResolvedTarget {
    notes = List.copyOf(notes);
  }

  ResolvedTarget noting(List<String> words) {
    return new ResolvedTarget(
        timeline, recordStart, recordEnd, lastCommit, commitsLost, journalEnd, words);
  }

  /** The time of the last commit that is kept. */
  public Optional<Instant> reachedTime() {
    return lastCommit.map(Commit::time);
  }
}
