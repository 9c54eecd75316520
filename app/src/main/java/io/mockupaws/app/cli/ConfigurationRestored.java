package io.mockupaws.app.cli;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.configuration.ConfigurationRestore;
import io.mockupaws.engine.repository.ClusterRepository;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The answer of {@code config restore}. */
record ConfigurationRestored(
    String cluster,
    String repository,
    String version,
    Instant readAt,
    boolean dryRun,
    List<Step> files,
    List<String> lacking,
    Optional<Refusal> refusal,
    List<String> next)
    implements Answer {

  /** A file of the destination. */
  record Step(String path, String state, boolean unsaved, Optional<String> keptAs) {}

  /** With what the restore itself would refuse. */
  record Refusal(String code, String what, String next) {}

  static ConfigurationRestored of(
      ClusterRepository cluster,
      ConfigurationRestore.Plan plan,
      Optional<Failure> refusal,
      boolean dryRun,
      boolean inPlace) {
    return new ConfigurationRestored(
        cluster.identity().name(),
        cluster.store().address(),
        plan.version().name().value(),
        plan.version().content().readAt(),
        dryRun,
        plan.steps().stream().map(step -> step(plan, step)).toList(),
        plan.version().content().lacking().stream()
            .map(lack -> lack.path() + ": " + lack.why())
            .toList(),
        refusal.map(one -> new Refusal(one.code().code(), one.what(), one.nextStep())),
        next(plan, inPlace));
  }

  private static Step step(ConfigurationRestore.Plan plan, ConfigurationRestore.Step step) {
    boolean kept =
        step.state() == ConfigurationRestore.State.REPLACED
            || step.state() == ConfigurationRestore.State.ASIDE;
    return new Step(
        step.path().toString(),
        step.state().name().toLowerCase(Locale.ROOT),
        step.unsaved(),
        kept ? Optional.of(plan.aside(step).toString()) : Optional.empty());
  }

  private static List<String> next(ConfigurationRestore.Plan plan, boolean inPlace) {
    List<String> next = new ArrayList<>();
    if (inPlace) {
      next.add(
          "let the server read them: SELECT pg_reload_conf(); what pg_settings shows as"
              + " pending_restart takes a restart");
    }
    plan.steps().stream()
        .map(step -> step.path().toString())
        .filter(path -> path.endsWith(".sql"))
        .findFirst()
        .ifPresentOrElse(
            path ->
                next.add(
                    "roles and tablespaces, as a superuser: psql -f "
                        + path
                        + " (it says of those that are there that they are)"),
            () -> next.add("roles and tablespaces as SQL: --globals FILE"));
    return next;
  }

  @Override
  public void print(Paper paper) {
    paper.line(
        (dryRun ? "would restore " : "restored ")
            + version
            + " of cluster "
            + cluster
            + ", read "
            + Units.time(readAt));
    for (Step step : files) {
      paper.item(
          step.state()
              + " "
              + step.path()
              + step.keptAs().map(name -> ", what is there stays as " + name).orElse("")
              + (step.unsaved() ? " (it is in no version)" : ""));
    }
    lacking.forEach(one -> paper.item("the version lacks " + one));
    refusal.ifPresent(
        one ->
            paper.line(
                "it would be refused: " + one.code() + " " + one.what() + "; " + one.next()));
    next.forEach(paper::item);
  }

  @Override
  public boolean promisesKept() {
    return lacking.isEmpty();
  }
}
