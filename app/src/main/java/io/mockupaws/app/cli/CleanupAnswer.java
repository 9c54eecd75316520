package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.retention.CleanupPlan;
import java.time.Duration;
import java.util.List;

/** The answer of {@code cleanup --dry-run}. */
record CleanupAnswer(
    String cluster,
    String repository,
    List<Fate> backups,
    List<String> unreadable,
    List<Line> removals,
    long objects,
    long bytes,
    boolean backupRuns,
    List<String> lost,
    long durationMillis)
    implements Answer {

  /** Whether a backup stays, and why. */
  record Fate(String id, boolean stays, List<String> reasons) {}

  /** Neighbouring objects that would go for one reason. */
  record Line(String kind, String first, String last, long objects, long bytes, String reason) {}

  static CleanupAnswer of(ClusterRepository cluster, CleanupPlan plan, Duration took) {
    return new CleanupAnswer(
        cluster.identity().name(),
        cluster.store().address(),
        plan.backups().stream().map(f -> new Fate(f.id().value(), f.stays(), f.reasons())).toList(),
        plan.unreadable().stream().map(id -> id.value()).toList(),
        plan.removals().stream()
            .map(
                r ->
                    new Line(
                        r.kind().word(),
                        r.first().value(),
                        r.last().value(),
                        r.objects(),
                        r.bytes(),
                        r.reason()))
            .toList(),
        plan.objects(),
        plan.bytes(),
        plan.backupRuns(),
        plan.lost(),
        took.toMillis());
  }

  @Override
  public void print(Paper paper) {
    paper.line("cluster " + cluster + " in " + repository);
    paper.table(
        List.of("backup", "", "why"),
        backups.stream()
            .map(b -> List.of(b.id(), b.stays() ? "stays" : "goes", String.join("; ", b.reasons())))
            .toList());
    unreadable.forEach(
        id ->
            paper.item(
                id
                    + ": its manifest cannot be read; it stays, with all WAL and every pack that it"
                    + " may need -> mockupaws verify "
                    + id));
    for (Line line : removals) {
      String upTo = line.objects() == 1 ? "" : " to " + fileName(line.last());
      paper.item(
          line.kind()
              + " "
              + line.first()
              + upTo
              + ": "
              + Units.count(line.objects(), "object")
              + ", "
              + Units.bytes(line.bytes())
              + ": "
              + line.reason());
    }
    if (backupRuns) {
      paper.item("a backup runs: packs that no manifest names were left alone");
    }
    paper.fields(
        List.of(new Field("would go", Units.count(objects, "object") + ", " + Units.bytes(bytes))));
    lost.forEach(what -> paper.item("could no longer be recovered: " + what));
    paper.line("dry run: nothing was changed");
  }

  private static String fileName(String key) {
    return key.substring(key.lastIndexOf('/') + 1);
  }
}
