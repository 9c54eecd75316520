package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.engine.logical.LogicalPlan;
import io.mockupaws.engine.logical.LogicalResult;
import io.mockupaws.engine.repository.ClusterRepository;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The answer of {@code backup --kind logical}. */
record LogicalTaken(
    String cluster,
    String repository,
    String kind,
    Instant startedAt,
    List<Dump> dumps,
    List<Failed> failed,
    List<StoreLook.StoreLine> stores,
    boolean everywhere,
    List<String> warnings)
    implements Answer {

  /** One that is there. */
  record Dump(
      String name,
      String key,
      String content,
      String database,
      long plainBytes,
      long storedBytes,
      long durationMillis) {}

  /** One that is not. */
  record Failed(Optional<String> database, String code, String message, String next) {}

  static LogicalTaken of(ClusterRepository cluster, LogicalPlan plan, LogicalResult result) {
    StoreLook look = StoreLook.at(cluster);
    List<String> warnings = new ArrayList<>(plan.warnings());
    warnings.addAll(result.notes());
    warnings.addAll(look.problems());
    return new LogicalTaken(
        cluster.identity().name(),
        cluster.store().address(),
        "logical",
        result.startedAt(),
        result.dumps().stream().map(LogicalTaken::dump).toList(),
        result.failures().stream()
            .map(
                one ->
                    new Failed(
                        one.database(),
                        one.failure().code().code(),
                        one.failure().what(),
                        one.failure().nextStep()))
            .toList(),
        look.stores(),
        look.problems().isEmpty(),
        warnings);
  }

  private static Dump dump(LogicalResult.Dumped one) {
    return new Dump(
        one.key().fileName(),
        one.key().value(),
        one.facts().content().name().toLowerCase(Locale.ROOT),
        one.facts().database(),
        one.facts().plainBytes(),
        one.facts().size(),
        one.took().toMillis());
  }

  @Override
  public void print(Paper paper) {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("cluster", cluster + " in " + repository));
    for (Dump dump : dumps) {
      Duration took = Duration.ofMillis(dump.durationMillis());
      fields.add(
          new Field(
              dump.content().equals("globals") ? "globals" : "database " + dump.database(),
              Units.bytes(dump.plainBytes())
                  + " as "
                  + Units.bytes(dump.storedBytes())
                  + " in "
                  + Units.duration(took)));
      fields.add(new Field("", dump.key()));
    }
    paper.fields(fields);
    failed.forEach(
        one ->
            paper.item(
                "FAILED: "
                    + one.database().map(name -> "database " + name).orElse("globals")
                    + ": "
                    + one.code()
                    + " "
                    + one.message()
                    + "; "
                    + one.next()));
    warnings.forEach(warning -> paper.item("warning: " + warning));
  }

  @Override
  public boolean done() {
    return failed.isEmpty();
  }

  @Override
  public boolean promisesKept() {
    return everywhere;
  }
}
