package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.engine.replication.ReplicationReport;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The answer of {@code replicate}. */
record ReplicateAnswer(
    String repository,
    boolean dryRun,
    List<OfStore> stores,
    List<Difference> findings,
    long durationMillis)
    implements Answer {

  /** What one store lacked and got. */
  record OfStore(
      String address,
      boolean reachable,
      Optional<String> problem,
      long lackedObjects,
      long lackedBytes,
      long copiedObjects,
      long copiedBytes) {}

  /** An object that no copying mends. */
  record Difference(String kind, String store, String object, String what) {}

  static ReplicateAnswer of(
      String repository, boolean dryRun, ReplicationReport report, Duration took) {
    return new ReplicateAnswer(
        repository,
        dryRun,
        report.stores().stream()
            .map(
                s ->
                    new OfStore(
                        s.address(),
                        s.failure().isEmpty(),
                        s.failure().map(f -> f.what()),
                        s.lackedObjects(),
                        s.lackedBytes(),
                        s.broughtObjects(),
                        s.broughtBytes()))
            .toList(),
        report.findings().stream()
            .map(
                f ->
                    new Difference(
                        f.kind().name().toLowerCase(Locale.ROOT), f.store(), f.object(), f.what()))
            .toList(),
        took.toMillis());
  }

  @Override
  public void print(Paper paper) {
    for (OfStore store : stores) {
      String lacked =
          store.lackedObjects() == 0
              ? "lacks nothing"
              : (dryRun ? "lacks " : "lacked ")
                  + Units.count(store.lackedObjects(), "object")
                  + ", "
                  + Units.bytes(store.lackedBytes());
      String copied =
          dryRun || store.lackedObjects() == 0
              ? ""
              : "; copied " + store.copiedObjects() + ", " + Units.bytes(store.copiedBytes());
      paper.fields(List.of(new Field(store.address(), lacked + copied)));
      store.problem().ifPresent(what -> paper.item("PROBLEM  " + what));
    }
    findings.forEach(
        f ->
            paper.item(
                f.kind().toUpperCase(Locale.ROOT)
                    + "  "
                    + f.object()
                    + " in "
                    + f.store()
                    + ": "
                    + f.what()));
    if (!findings.isEmpty()) {
      paper.line(
          "Nothing is overwritten: look at each copy; where one is damaged, remove it from its"
              + " store and run mockupaws replicate again.");
    }
    paper.line(
        promisesKept()
            ? (dryRun ? "dry run: nothing was changed" : "every store has everything")
            : "NOT every store has everything");
  }

  @Override
  public boolean promisesKept() {
    return findings.isEmpty()
        && stores.stream()
            .allMatch(
                s -> s.problem().isEmpty() && (dryRun || s.lackedObjects() == s.copiedObjects()));
  }
}
