package io.mockupaws.app.cli;

import io.mockupaws.app.checklist.Checked;
import io.mockupaws.app.cli.FailoverWalk.Outcome;
import io.mockupaws.app.cli.FailoverWalk.Step;
import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.core.failure.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The answer of {@code failover}, and its report.
 *
 * @param report where it lies; empty in a dry run, and where it could not be written
 */
record FailoverAnswer(
    Optional<String> cluster,
    boolean drill,
    boolean dryRun,
    Instant begunAt,
    long tookMillis,
    List<StoreStanding> stores,
    Optional<String> restoredFrom,
    Optional<FailoverLoss> loss,
    List<Step> steps,
    Optional<PlanAnswer> plan,
    List<Checked> checklist,
    Optional<RestoreDone> restored,
    List<DataProven> proofs,
    Optional<FailoverHook.Ran> hook,
    List<String> next,
    Optional<String> report,
    Optional<Broken> failure)
    implements Answer {

  /** The error that ended it. */
  record Broken(String code, String name, String message, String next) {
    static Broken of(Failure e, Screen screen) {
      return new Broken(
          e.code().code(), e.code().slug(), screen.redact(e.what()), screen.redact(e.nextStep()));
    }
  }

  @Override
  public void print(Paper paper) {
    paper.line(headline());
    List<Field> fields = new ArrayList<>();
    cluster.ifPresent(name -> fields.add(new Field("cluster", name)));
    fields.add(new Field("begun", Units.time(begunAt)));
    fields.add(new Field("took", Units.duration(Duration.ofMillis(tookMillis))));
    restoredFrom.ifPresent(from -> fields.add(new Field("from", from)));
    loss.ifPresent(lost -> fields.add(new Field("loss", lost.text())));
    paper.fields(fields);
    steps.forEach(step -> paper.item(step.text()));
    plan.ifPresent(made -> made.print(paper.gap()));
    checklist.forEach(checked -> paper.item(checked.text()));
    restored.ifPresent(done -> done.print(paper, plan.map(PlanAnswer::directory).orElse("")));
    proofs.forEach(proof -> proof.print(paper.gap()));
    failure.ifPresent(
        broken -> {
          paper.gap().line(broken.code() + " " + broken.name() + ": " + broken.message());
          paper.line("next: " + broken.next());
        });
    next.forEach(hint -> paper.item("next: " + hint));
    report.ifPresent(place -> paper.line("report: " + place));
    if (dryRun) {
      paper.line("dry run: nothing was changed");
    }
  }

  private String headline() {
    String what = drill ? "drill of a failover" : "failover";
    if (dryRun) {
      return what + ", planned";
    }
    return what + (failure.isPresent() || !done() ? ": NOT done" : ": done");
  }

  private boolean has(Outcome outcome) {
    return steps.stream().anyMatch(step -> step.is(outcome));
  }

  @Override
  public boolean done() {
    return !has(Outcome.FAILED);
  }

  @Override
  public boolean promisesKept() {
    boolean misses = plan.filter(PlanAnswer::mayMissNewest).isPresent();
    return !misses
        && !has(Outcome.MISSED)
        && !has(Outcome.UNKNOWN)
        && (dryRun || report.isPresent());
  }
}
