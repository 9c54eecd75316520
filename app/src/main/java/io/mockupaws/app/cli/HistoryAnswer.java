package io.mockupaws.app.cli;

import io.mockupaws.core.history.Event;
import io.mockupaws.core.history.EventKind;
import io.mockupaws.core.pg.Relation;
import io.mockupaws.engine.history.HistoryReport;
import io.mockupaws.engine.repository.ClusterRepository;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The answer of {@code history}. */
record HistoryAnswer(
    String cluster,
    String repository,
    long timeline,
    String fromLsn,
    String toLsn,
    List<Line> events,
    List<Gap> gaps)
    implements Answer {

  /** One event. */
  record Line(
      String id,
      Instant time,
      String kind,
      boolean loss,
      long xid,
      String commitLsn,
      String beforeLsn,
      boolean reachable,
      Optional<String> database,
      long databaseOid,
      Optional<String> relation,
      Optional<Long> oid,
      Optional<String> relationKind,
      Optional<String> file,
      Optional<String> column,
      Optional<Long> rows,
      Optional<Long> estimatedRows,
      String subject,
      String restore) {}

  /** WAL that could not be read. */
  record Gap(String fromLsn, String toLsn) {}

  static HistoryAnswer of(ClusterRepository cluster, HistoryReport report) {
    long timeline = Integer.toUnsignedLong(report.timeline().id());
    return new HistoryAnswer(
        cluster.identity().name(),
        cluster.store().address(),
        timeline,
        report.from().toString(),
        report.to().toString(),
        report.events().stream().map(HistoryAnswer::line).toList(),
        report.gaps().stream()
            .map(gap -> new Gap(gap.from().toString(), gap.to().toString()))
            .toList());
  }

  private static Line line(Event event) {
    return new Line(
        event.id().toString(),
        event.time(),
        event.kind().word(),
        event.kind().isLoss(),
        event.xid(),
        event.id().commit().toString(),
        event.first().toString(),
        event.inSight(),
        event.databaseName(),
        Integer.toUnsignedLong(event.database()),
        event.kind() == EventKind.DATABASE_DROPPED ? Optional.empty() : event.name(),
        event.oid() == 0 ? Optional.empty() : Optional.of(Integer.toUnsignedLong(event.oid())),
        word(event.relationKind()),
        event.file().map(Relation::toString),
        event.column(),
        boxed(event.rows()),
        boxed(event.estimatedRows()),
        event.subject(),
        "mockupaws restore --to-dir DIR --before " + event.id());
  }

  private static Optional<String> word(char kind) {
    return switch (kind) {
      case 'r' -> Optional.of("table");
      case 'p' -> Optional.of("partitioned table");
      case 'm' -> Optional.of("materialized view");
      case 'v' -> Optional.of("view");
      case 'f' -> Optional.of("foreign table");
      case 'S' -> Optional.of("sequence");
      default -> Optional.empty();
    };
  }

  private static Optional<Long> boxed(OptionalLong value) {
    return value.isPresent() ? Optional.of(value.getAsLong()) : Optional.empty();
  }

  /** What is missing in between may have been anything. */
  @Override
  public boolean promisesKept() {
    return gaps.isEmpty();
  }

  @Override
  public void print(Paper paper) {
    paper.line("cluster " + cluster + " in " + repository);
    paper.line("WAL from " + fromLsn + " to " + toLsn + ", on the way to timeline " + timeline);
    gaps.forEach(
        gap ->
            paper.item(
                "WAL from "
                    + gap.fromLsn()
                    + " to "
                    + gap.toLsn()
                    + " is not there or cannot be read: what happened in it is not told"));
    if (events.isEmpty()) {
      paper.line("nothing of the kind happened");
      return;
    }
    paper.gap();
    paper.table(
        List.of("event", "committed (UTC)", "what", "of", "rows", "transaction"),
        events.stream().map(HistoryAnswer::row).toList());
    paper.gap();
    paper.line("to just before one of them: mockupaws restore --to-dir DIR --before EVENT");
    if (events.stream().anyMatch(event -> !event.reachable())) {
      paper.line("*: began before the WAL that is there, so it is no target");
    }
  }

  private static List<String> row(Line line) {
    return List.of(
        line.id() + (line.reachable() ? "" : "*"),
        Units.exactTime(line.time()).replace(" UTC", ""),
        line.kind(),
        line.subject(),
        line.rows()
            .map(String::valueOf)
            .or(() -> line.estimatedRows().map(rows -> "about " + rows))
            .orElse(""),
        Long.toString(line.xid()));
  }
}
