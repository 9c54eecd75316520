package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Timeline;
import java.util.List;
import java.util.Optional;

/**
 * What can be recovered on the way to a timeline.
 *
 * @param timeline the timeline
 * @param ranges every moment inside one of them can be reached; rising, none touching another. A
 *     range begins where a backup stopped and ends where WAL does, or at a hole
 * @param lastCommit the newest commit in the journal
 * @param holes of this timeline and its ancestors
 */
public record Window(
    Timeline timeline, List<Range> ranges, Optional<Commit> lastCommit, List<Hole> holes) {

  /** From the end of a backup to the last moment that the WAL behind it reaches. */
  public record Range(Moment from, Moment to) {}

  public Window {
    ranges = List.copyOf(ranges);
    holes = List.copyOf(holes);
  }

  /** The oldest moment that can be recovered; empty when there is no backup. */
  public Optional<Moment> from() {
    return ranges.isEmpty() ? Optional.empty() : Optional.of(ranges.getFirst().from());
  }

  /** The newest moment that can be recovered; empty when there is no backup. */
  public Optional<Moment> to() {
    return ranges.isEmpty() ? Optional.empty() : Optional.of(ranges.getLast().to());
  }

  /** The error for a target that cannot be had, with what can. */
  Failure refused(ErrorCode code, String why) {
    return new Failure(
        code, why + "; " + describe(), "Choose a moment inside, or another backup or timeline.");
  }

  /** The window as operators read it, in UTC. */
  public String describe() {
    if (ranges.isEmpty()) {
      return "nothing can be recovered: there is no backup on timeline " + timeline;
    }
    StringBuilder text = new StringBuilder("what can be recovered on timeline " + timeline + ": ");
    for (int i = 0; i < ranges.size(); i++) {
      Range range = ranges.get(i);
      text.append(i == 0 ? "" : ", and ")
          .append(range.from().time() + " (" + range.from().lsn() + ")")
          .append(" to ")
          .append(range.to().time() + " (" + range.to().lsn() + ")");
    }
    return text.toString();
  }
}
