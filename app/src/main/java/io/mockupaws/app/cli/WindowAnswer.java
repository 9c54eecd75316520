package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.engine.journal.Commit;
import io.mockupaws.engine.journal.Hole;
import io.mockupaws.engine.journal.Window;
import io.mockupaws.engine.repository.ClusterRepository;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The answer of {@code window}. */
record WindowAnswer(
    String cluster,
    String repository,
    Optional<Long> timeline,
    List<Range> ranges,
    Optional<Instant> lastCommit,
    Optional<String> lastCommitLsn,
    Optional<Long> lastCommitXid,
    long lastCommitAgeSeconds,
    List<HoleLine> holes)
    implements Answer {

  /** Every moment in it can be recovered. */
  record Range(Instant fromTime, String fromLsn, Instant toTime, String toLsn) {}

  /** WAL that no recovery can pass. */
  record HoleLine(
      long timeline, String fromLsn, String toLsn, long bytes, String kind, String reason) {}

  static WindowAnswer of(ClusterRepository cluster, Optional<Window> window, Instant now) {
    Optional<Commit> last = window.flatMap(Window::lastCommit);
    return new WindowAnswer(
        cluster.identity().name(),
        cluster.store().address(),
        window.map(w -> Integer.toUnsignedLong(w.timeline().id())),
        window.map(Window::ranges).orElse(List.of()).stream().map(WindowAnswer::range).toList(),
        last.map(Commit::time),
        last.map(c -> c.end().toString()),
        last.map(c -> c.xid()),
        last.map(c -> Math.max(0, Duration.between(c.time(), now).toSeconds())).orElse(0L),
        window.map(Window::holes).orElse(List.of()).stream().map(WindowAnswer::line).toList());
  }

  static Range range(Window.Range range) {
    return new Range(
        range.from().time(),
        range.from().lsn().toString(),
        range.to().time(),
        range.to().lsn().toString());
  }

  private static HoleLine line(Hole hole) {
    return new HoleLine(
        Integer.toUnsignedLong(hole.timeline().id()),
        hole.from().toString(),
        hole.to().toString(),
        hole.bytes(),
        hole.kind().name().toLowerCase(java.util.Locale.ROOT),
        hole.reason());
  }

  @Override
  public void print(Paper paper) {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("cluster", cluster + " in " + repository));
    timeline.ifPresent(number -> fields.add(new Field("timeline", Long.toString(number))));
    if (ranges.isEmpty()) {
      fields.add(
          new Field(
              "window",
              timeline.isEmpty()
                  ? "empty: no WAL yet; run mockupaws stream, then mockupaws backup"
                  : "empty: no backup whose WAL is there; run mockupaws backup"));
    }
    for (Range range : ranges) {
      fields.add(new Field("from", Units.exactTime(range.fromTime()) + ", " + range.fromLsn()));
      fields.add(new Field("to", Units.exactTime(range.toTime()) + ", " + range.toLsn()));
    }
    lastCommit.ifPresent(
        time ->
            fields.add(
                new Field(
                    "last commit",
                    Units.exactTime(time)
                        + ", transaction "
                        + lastCommitXid.orElse(0L)
                        + ", "
                        + Units.age(Duration.ofSeconds(lastCommitAgeSeconds)))));
    fields.add(new Field("holes", holes.isEmpty() ? "none" : Integer.toString(holes.size())));
    paper.fields(fields);
    holes.forEach(
        hole ->
            paper.item(
                hole.fromLsn()
                    + " to "
                    + hole.toLsn()
                    + " on timeline "
                    + hole.timeline()
                    + ", "
                    + Units.bytes(hole.bytes())
                    + ", "
                    + hole.kind()
                    + ": "
                    + hole.reason()));
  }
}
