package io.mockupaws.app.cli;

import io.mockupaws.app.checklist.Checked;
import io.mockupaws.app.cli.FailoverAnswer.Broken;
import io.mockupaws.app.cli.FailoverWalk.Outcome;
import io.mockupaws.app.config.Config;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.repository.ClusterIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a failover has found and done so far, and the report of it. */
final class FailoverEvidence {
  private static final int COLUMNS = 100;
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("'failover_'uuuuMMdd'_'HHmmssSSS", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final Session session;
  private final Config config;
  private final FailoverOptions options;
  private final Instant begun;
  private final FailoverWalk walk;
  private Optional<ClusterIdentity> cluster = Optional.empty();
  private List<StoreStanding> stores = List.of();
  private Optional<String> from = Optional.empty();
  private Optional<FailoverLoss> loss = Optional.empty();
  private Optional<PlanAnswer> plan = Optional.empty();
  private List<Checked> checklist = List.of();
  private Optional<RestoreDone> restored = Optional.empty();
  private List<DataProven> proofs = List.of();
  private Optional<String> stop = Optional.empty();
  private Optional<FailoverHook.Ran> hook = Optional.empty();
  private final List<String> next = new ArrayList<>();

  FailoverEvidence(
      Session session, Config config, FailoverOptions options, Instant begun, FailoverWalk walk) {
    this.session = session;
    this.config = config;
    this.options = options;
    this.begun = begun;
    this.walk = walk;
  }

  void cluster(ClusterIdentity identity) {
    cluster = Optional.of(identity);
  }

  long systemIdentifier() {
    return cluster.orElseThrow().systemIdentifier();
  }

  String name() {
    return cluster.orElseThrow().name();
  }

  void stores(List<StoreStanding> standings) {
    stores = standings;
  }

  void window(String address, FailoverLoss lost) {
    from = Optional.of(address);
    loss = Optional.of(lost);
  }

  FailoverLoss loss() {
    return loss.orElseThrow();
  }

  void plan(PlanAnswer made) {
    plan = Optional.of(made);
  }

  String headline() {
    return plan.orElseThrow().headline() + "; " + loss().text();
  }

  void checklist(List<Checked> checked) {
    checklist = checked;
  }

  /**
   * A promoted server runs.
   *
   * @param stopCommand ends it
   */
  void restored(RestoreDone done, String stopCommand) {
    restored = Optional.of(done);
    stop = Optional.of(stopCommand);
  }

  void proofs(List<DataProven> proven) {
    proofs = List.copyOf(proven);
  }

  void hook(FailoverHook.Ran ran) {
    hook = Optional.of(ran);
  }

  /** What the operator has to do now. */
  void next(String hint) {
    next.add(hint);
  }

  /** The answer of what was walked to its end; its report is written. */
  FailoverAnswer answer() {
    if (options.dryRun || options.drill) {
      return reported(Optional.empty());
    }
    if (walk.has("proof", Outcome.FAILED)) {
      next.add(
          "the server that runs here has damaged data and must not be used; end it: "
              + stop.orElse("")
              + "; the old server stays as it is, and must not take writes; look for a moment"
              + " before the damage: mockupaws restore --to-dir OTHER --target-time T --start,"
              + " mockupaws verify-data");
    } else if (walk.has(Outcome.FAILED)) {
      next.add("the old server must not take writes again");
    } else {
      next.add(
          "the old server must not take writes again; where this one takes its place for good:"
              + " mockupaws stream --takes-over, and mockupaws backup");
      if (stores.size() > 1) {
        next.add("once the first store is back: mockupaws replicate");
      }
    }
    return reported(Optional.empty());
  }

  /** The report of what broke off; the error itself is shown by whoever gets it. */
  void failed(Failure e) {
    boolean runs = !options.drill && (restored.isPresent() || mayRun());
    if (runs) {
      String hint =
          "a promoted server "
              + (restored.isPresent() ? "runs in " : "may run in ")
              + options.directory.map(Path::toString).orElse("")
              + ", and nobody was sent there; end it before you try again: "
              + stop.orElse("pg_ctl stop -D " + options.directory.map(Path::toString).orElse(""))
              + "; the old server must not take writes meanwhile";
      next.add(hint);
      session.screen().say("next: " + hint);
    }
    reported(Optional.of(Broken.of(e, session.screen())))
        .report()
        .ifPresent(place -> session.screen().say("report: " + place));
  }

  /** A restore that fails late leaves the server that it started. */
  private boolean mayRun() {
    return walk.has("restore", Outcome.FAILED)
        && options
            .directory
            .filter(place -> Files.exists(place.resolve("postmaster.pid")))
            .isPresent();
  }

  private FailoverAnswer reported(Optional<Broken> failure) {
    if (options.dryRun) {
      return made(Optional.empty(), failure);
    }
    LogFolder folder = new LogFolder(session, config, "failovers");
    String name = NAME.format(begun);
    FailoverAnswer whole = made(Optional.of(folder.place(name + ".json").toString()), failure);
    try {
      folder.writeJson(name + ".json", whole);
      Paper paper = new Paper(COLUMNS);
      whole.print(paper);
      folder.write(name + ".txt", paper.toString());
      return whole;
    } catch (Failure e) {
      session.screen().say("the report could not be written: " + e.what());
      return made(Optional.empty(), failure);
    }
  }

  private FailoverAnswer made(Optional<String> report, Optional<Broken> failure) {
    return new FailoverAnswer(
        cluster.map(ClusterIdentity::name),
        options.drill,
        options.dryRun,
        begun,
        Duration.between(begun, session.now()).toMillis(),
        stores,
        from,
        loss,
        walk.steps(),
        plan,
        checklist,
        restored,
        proofs,
        hook,
        List.copyOf(next),
        report,
        failure);
  }
}
