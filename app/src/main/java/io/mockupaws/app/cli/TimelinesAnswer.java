package io.mockupaws.app.cli;

import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.journal.Commit;
import io.mockupaws.engine.journal.Hole;
import io.mockupaws.engine.journal.TimelineState;
import io.mockupaws.engine.journal.Window;
import io.mockupaws.engine.repository.ClusterRepository;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The answer of {@code timelines}. */
record TimelinesAnswer(
    String cluster, String repository, Optional<Long> latest, List<Line> timelines)
    implements Answer {

  /** One timeline. */
  record Line(
      long timeline,
      Optional<Long> parent,
      Optional<String> leftLsn,
      Optional<Instant> leftTime,
      Optional<String> leftReason,
      List<Range> ranges,
      Optional<Instant> lastCommit,
      Optional<String> lastCommitLsn,
      Optional<Long> lastCommitXid,
      int backups,
      List<HoleLine> holes) {}

  /** Every moment in it can be recovered. */
  record Range(Instant fromTime, String fromLsn, Instant toTime, String toLsn) {}

  /** WAL that no recovery can pass. */
  record HoleLine(String fromLsn, String toLsn, long bytes, String kind, String reason) {}

  static TimelinesAnswer of(
      ClusterRepository cluster, List<TimelineState> states, Optional<Timeline> latest) {
    return new TimelinesAnswer(
        cluster.identity().name(),
        cluster.store().address(),
        latest.map(TimelinesAnswer::number),
        states.stream().map(TimelinesAnswer::line).toList());
  }

  private static long number(Timeline timeline) {
    return Integer.toUnsignedLong(timeline.id());
  }

  private static Line line(TimelineState state) {
    Optional<TimelineState.Fork> fork = state.fork();
    Optional<Commit> last = state.window().lastCommit();
    return new Line(
        number(state.timeline()),
        fork.map(TimelineState.Fork::parent).map(TimelinesAnswer::number),
        fork.map(left -> left.at().toString()),
        fork.flatMap(TimelineState.Fork::time),
        fork.map(TimelineState.Fork::reason),
        state.window().ranges().stream().map(TimelinesAnswer::range).toList(),
        last.map(Commit::time),
        last.map(commit -> commit.end().toString()),
        last.map(Commit::xid),
        state.backups(),
        state.holes().stream().map(TimelinesAnswer::hole).toList());
  }

  private static Range range(Window.Range range) {
    return new Range(
        range.from().time(),
        range.from().lsn().toString(),
        range.to().time(),
        range.to().lsn().toString());
  }

  private static HoleLine hole(Hole hole) {
    return new HoleLine(
        hole.from().toString(),
        hole.to().toString(),
        hole.bytes(),
        hole.kind().name().toLowerCase(Locale.ROOT),
        hole.reason());
  }

  @Override
  public void print(Paper paper) {
    paper.line("cluster " + cluster + " in " + repository);
    if (timelines.isEmpty()) {
      paper.line("no timeline yet; begin with: mockupaws stream");
      return;
    }
    new TimelineTree(timelines, latest).print(paper);
  }
}
