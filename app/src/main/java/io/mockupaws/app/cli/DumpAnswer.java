package io.mockupaws.app.cli;

import io.mockupaws.app.checklist.Checked;
import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.core.format.DumpSidecar;
import io.mockupaws.engine.database.DumpPlan;
import io.mockupaws.engine.database.DumpResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What restoring a dump plans, and what it did unless it was a dry run. */
record DumpAnswer(
    String dump,
    boolean authenticated,
    Optional<String> cluster,
    Optional<String> source,
    Optional<Instant> startedAt,
    Optional<Long> ageSeconds,
    Optional<Long> lossAtNowMillis,
    boolean newest,
    long storedBytes,
    DumpDestination database,
    List<String> warnings,
    List<Checked> checklist,
    Optional<Done> restored)
    implements Answer {

  /** Where it goes. */
  record DumpDestination(
      String address,
      String way,
      boolean exists,
      long bytes,
      Optional<String> keptAs,
      String server,
      String clientTools,
      Optional<Integer> jobs,
      List<String> connections) {}

  /** What came into the database. */
  record Done(long plainBytes, long tables, long rtoMillis, List<String> notes) {}

  /**
   * Of a plan.
   *
   * @param moment the newest that physical backups and WAL reach
   * @param passedOver whether something newer was to be taken and could not
   */
  static DumpAnswer of(
      DumpPlan plan,
      Instant now,
      Optional<Instant> moment,
      List<String> warnings,
      boolean passedOver) {
    Optional<DumpSidecar> facts = plan.dump().sidecar();
    return new DumpAnswer(
        plan.dump().place(),
        facts.isPresent(),
        facts.map(DumpSidecar::cluster),
        facts.map(DumpSidecar::database),
        facts.map(DumpSidecar::startedAt),
        facts.map(f -> Duration.between(f.startedAt(), now).toSeconds()),
        moment
            .filter(to -> facts.map(DumpSidecar::startedAt).filter(to::isAfter).isPresent())
            .map(to -> Math.max(0, Duration.between(to, now).toMillis())),
        !passedOver,
        plan.dump().size(),
        new DumpDestination(
            plan.request().destination().toString(),
            plan.request().way().word(),
            plan.destination().exists(),
            plan.destination().bytes(),
            plan.keptAs(),
            plan.destination().version(),
            plan.tools().version() + " in " + plan.tools().directory(),
            plan.request().jobs().isPresent()
                ? Optional.of(plan.request().jobs().getAsInt())
                : Optional.empty(),
            plan.destination().connections()),
        warnings,
        List.of(),
        Optional.empty());
  }

  DumpAnswer with(List<Checked> looked) {
    return with(looked, restored);
  }

  DumpAnswer with(DumpResult result) {
    return with(
        checklist,
        Optional.of(
            new Done(
                result.plainBytes(), result.tables(), result.took().toMillis(), result.notes())));
  }

  private DumpAnswer with(List<Checked> looked, Optional<Done> done) {
    return new DumpAnswer(
        dump,
        authenticated,
        cluster,
        source,
        startedAt,
        ageSeconds,
        lossAtNowMillis,
        newest,
        storedBytes,
        database,
        warnings,
        looked,
        done);
  }

  /** Age and loss, and what would lose less, in a line. */
  String headline() {
    return startedAt
        .map(time -> "dump of " + Units.time(time) + ", " + age() + less())
        .orElse("a dump of an unknown moment: it has no sidecar");
  }

  private String age() {
    long seconds = ageSeconds.orElse(0L);
    return seconds < 0
        ? "a time that is still to come: its host's clock was ahead"
        : Units.age(Duration.ofSeconds(seconds)) + ": what was committed since is not in it";
  }

  private String less() {
    return lossAtNowMillis
        .map(millis -> "; --target-time now loses " + Units.duration(Duration.ofMillis(millis)))
        .orElse("");
  }

  @Override
  public void print(Paper paper) {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("dump", dump));
    fields.add(new Field("holds", headline()));
    source.ifPresent(
        name -> fields.add(new Field("source", "database " + name + " of " + cluster.orElse("?"))));
    fields.add(
        new Field(
            "database",
            database.address()
                + ", PostgreSQL "
                + database.server()
                + (database.exists()
                    ? ", " + database.way() + ", " + Units.bytes(database.bytes()) + " there"
                    : ", will be made")));
    database.keptAs().ifPresent(name -> fields.add(new Field("kept as", name)));
    fields.add(new Field("client programs", database.clientTools()));
    restored.ifPresent(
        done ->
            fields.add(
                new Field(
                    "restored",
                    Units.count(done.tables(), "table")
                        + ", "
                        + Units.bytes(done.plainBytes())
                        + " in "
                        + Units.duration(Duration.ofMillis(done.rtoMillis())))));
    paper.fields(fields);
    restored.ifPresent(done -> done.notes().forEach(paper::item));
    warnings.forEach(warning -> paper.item("warning: " + warning));
    if (restored.isEmpty()) {
      checklist.forEach(checked -> paper.item(checked.text()));
      paper.line("dry run: nothing was changed");
    }
  }

  @Override
  public boolean promisesKept() {
    return authenticated && newest && checklist.stream().noneMatch(Checked::isFailed);
  }
}
