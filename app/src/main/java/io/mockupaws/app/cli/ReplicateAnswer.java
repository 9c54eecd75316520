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
    List<Replaced> replaced,
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

  /** A copy whose place another store's took, or would take. */
  record Replaced(String store, String object, String aside) {}

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
        report.replacements().stream()
            .map(r -> new Replaced(r.store(), r.object(), r.aside()))
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
    replaced.forEach(
        r ->
            paper.item(
                (dryRun ? "would replace  " : "REPLACED  ")
                    + r.object()
                    + " in "
                    + r.store()
                    + "; kept there as "
                    + r.aside()));
    if (!findings.isEmpty() && replaced.isEmpty()) {
      paper.line(
          "Nothing is overwritten: look at each copy. Where one store's are the right ones,"
              + " mockupaws replicate --replace-from ADDRESS --dry-run shows what would be replaced"
              + " by them, and kept aside.");
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
