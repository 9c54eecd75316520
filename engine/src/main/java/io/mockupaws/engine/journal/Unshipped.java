package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The WAL in a directory of a server that is not running, beside what the journal has.
 *
 * @param directory where the segment files lie
 * @param timeline the journal's newest one
 * @param from the journal's end
 * @param to the end of the last whole record that continues the journal; {@code from} when there is
 *     none
 * @param commits how many lie between
 * @param lastCommit the last of them
 * @param foreign why there is WAL that does not continue the journal; it is never brought in
 * @param behindGap whether that is WAL of this history of which what lies before is missing
 */
public record Unshipped(
    Path directory,
    Timeline timeline,
    Lsn from,
    Lsn to,
    long commits,
    Optional<Commit> lastCommit,
    Optional<String> foreign,
    boolean behindGap) {

  /** Whether there is nothing that the journal lacks. */
  public boolean isEmpty() {
    return !from.isBefore(to);
  }

  /** Bytes that the journal lacks. */
  public long bytes() {
    return to.minus(from);
  }

  Unshipped alien(String why) {
    return new Unshipped(
        directory, timeline, from, from, 0, Optional.empty(), Optional.of(why), false);
  }

  /** The same where more of this history lies behind a gap; what was foreign already stays so. */
  Unshipped gap(Optional<String> why) {
    return foreign.isPresent() || why.isEmpty()
        ? this
        : new Unshipped(directory, timeline, from, to, commits, lastCommit, why, true);
  }
}
