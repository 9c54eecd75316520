package io.mockupaws.app.cli;

import io.mockupaws.app.checklist.Checked;
import io.mockupaws.app.cli.FailoverWalk.Outcome;
import io.mockupaws.app.cli.FailoverWalk.Taken;
import io.mockupaws.app.config.ClusterConfig;
import io.mockupaws.app.config.Config;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.ServerPosition;
import io.mockupaws.engine.cluster.ServerPresence;
import io.mockupaws.engine.database.Scratch;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.journal.TargetRequest;
import io.mockupaws.engine.journal.Window;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.engine.restore.Cancel;
import io.mockupaws.engine.restore.Placement;
import io.mockupaws.engine.restore.RestorePlan;
import io.mockupaws.engine.restore.RestoreRequest;
import io.mockupaws.engine.restore.RestoreResult;
import io.mockupaws.engine.restore.Restores;
import io.mockupaws.engine.restore.TargetAction;
import io.mockupaws.engine.restore.TimelineChoice;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/** One failover, from the look at the stores to the report. */
final class FailoverRun {
  private final Session session;
  private final Config config;
  private final Config remaining;
  private final FailoverOptions options;
  private final Instant asked;
  private final FailoverWalk walk;
  private final FailoverEvidence evidence;
  private final FailoverPrimary primary;
  private final Cancel cancel = new Cancel();

  FailoverRun(Session session, Config config, FailoverOptions options, Instant asked) {
    this.session = session;
    this.config = config;
    this.remaining = config.withStores(FailoverStores.remaining(config));
    this.options = options;
    this.asked = asked;
    this.walk = new FailoverWalk(session);
    this.primary = new FailoverPrimary(session, config, options);
    this.evidence = new FailoverEvidence(session, config, options, asked, walk);
  }

  /**
   * Walks all steps; what ends it goes into the report too.
   *
   * @throws Failure the step's that failed
   */
  FailoverAnswer run() {
    session.parts().stop().watch(cancel::ask);
    try {
      steps();
    } catch (Failure e) {
      evidence.failed(e);
      throw e;
    } catch (RuntimeException e) {
      evidence.failed(new Failure(ErrorCode.INTERNAL, e.toString(), "report this as a defect", e));
      throw e;
    }
    return evidence.answer();
  }

  private void steps() {
    walk.take("production", primary::ask);
    FailoverStores stores = walk.take("stores", this::stores);
    try (OpenCluster rest = openRest()) {
      FailoverLoss loss = walk.take("window", () -> window(rest, stores));
      walk.take("primary", () -> primary.demand(rest.cluster(), stores.leftBehind(), loss));
      if (options.drill) {
        drill(rest);
      } else {
        bring(rest, options.directory.orElseThrow());
      }
    }
  }

  private Taken<FailoverStores> stores() {
    try (OpenCluster all = session.openCluster(config)) {
      evidence.cluster(all.cluster().identity());
      Optional<ServerPosition> position =
          primary
              .server()
              .flatMap(server -> server.of(evidence.systemIdentifier()))
              .map(ServerPresence.At::position);
      FailoverStores stores = FailoverStores.of(all, position);
      evidence.stores(stores.standings());
      stores.requireAnother();
      // nothing shows then that anything would remain without the first one
      boolean alone = options.drill && stores.standings().isEmpty();
      return new Taken<>(stores, alone ? Outcome.UNKNOWN : Outcome.OK, stores.text());
    }
  }

  private OpenCluster openRest() {
    Repository repository = session.parts().openRepository(remaining);
    try {
      return new OpenCluster(repository, repository.cluster(evidence.name()));
    } catch (RuntimeException e) {
      repository.close();
      throw e;
    }
  }

  private Taken<FailoverLoss> window(OpenCluster rest, FailoverStores stores) {
    Journal journal = new Journal(rest.cluster());
    JournalView view = journal.settledView();
    primary.saw(view);
    Window window =
        journal
            .window(view)
            .filter(found -> found.to().isPresent())
            .orElseThrow(
                () ->
                    new Failure(
                        ErrorCode.NO_BACKUP,
                        "nothing can be recovered from "
                            + rest.cluster().store().address()
                            + ": it has no backup with its WAL",
                        "mockupaws replicate fills a store, while another one answers"));
    FailoverLoss loss =
        FailoverLoss.of(
            view,
            window,
            primary,
            evidence.systemIdentifier(),
            stores.reachableFirst(),
            session.now());
    evidence.window(rest.cluster().store().address(), loss);
    return Taken.ok(
        loss,
        "from "
            + Units.exactTime(window.from().orElseThrow().time())
            + " to "
            + Units.exactTime(window.to().orElseThrow().time())
            + "; "
            + loss.text());
  }

  private void drill(OpenCluster rest) {
    String id = HexFormat.of().toHexDigits(session.parts().random().nextInt());
    Path folder = Scratch.place(options.temporaryFolder(), id);
    if (options.dryRun) {
      bring(rest, Scratch.data(folder));
      return;
    }
    Scratch.clearAll(options.temporaryFolder());
    Scratch scratch = Scratch.create(folder);
    // where both fail, what went wrong first is what is told
    try (Ending _ = () -> walk.take("removal", () -> removal(scratch))) {
      bring(rest, Scratch.data(folder));
    }
  }

  private interface Ending extends AutoCloseable {
    @Override
    void close();
  }

  private static Taken<Boolean> removal(Scratch scratch) {
    scratch.close();
    return Taken.ok(true, "the copy has ended, its files are gone");
  }

  private void bring(OpenCluster rest, Path directory) {
    Restores plain = new Restores(rest.cluster(), session.parts().clock());
    // a drill writes nothing into the repository
    Restores restores = options.drill ? plain : plain.measuring(session.parts().random());
    RestorePlan plan = walk.take("plan", () -> plan(rest, restores, directory));
    walk.take("checklist", () -> checklist(rest, plan));
    if (options.dryRun) {
      return;
    }
    RestoreResult result = walk.take("restore", () -> restore(restores, plan));
    FailoverEnding ending = new FailoverEnding(session, config, options, walk, evidence, cancel);
    ending.prove(result);
    ending.tell(result, port -> primary.cameBack(rest.cluster(), port));
    ClusterConfig setting = config.clusterConfig(evidence.name());
    ending.hold(setting, Duration.between(asked, session.now()));
  }

  private Taken<RestorePlan> plan(OpenCluster rest, Restores restores, Path directory) {
    RestorePlan plan =
        restores.plan(
            new RestoreRequest(
                directory,
                asked,
                Optional.empty(),
                new TargetRequest.Latest(),
                new TimelineChoice.Latest(),
                TargetAction.PROMOTE,
                options.keepSettings,
                /* start= */ true,
                options.port.map(OptionalInt::of).orElse(OptionalInt.empty()),
                options.user,
                options.binaries,
                options.jobs.orElse(RestoreRequest.DEFAULT_JOBS),
                Placement.inside()));
    PlanAnswer answer = PlanAnswer.of(rest.cluster(), plan, "latest", session.now());
    evidence.plan(answer);
    return Taken.ok(plan, answer.headline());
  }

  private Taken<Boolean> checklist(OpenCluster rest, RestorePlan plan) {
    String headline =
        (options.drill ? "drill of a failover: " : "failover: ") + evidence.headline();
    List<Checked> checked =
        new BeforeRestore(
                session,
                remaining,
                options.drill ? options.checklist.quiet() : options.checklist,
                options.dryRun)
            .directory(rest.repository(), rest.cluster(), plan, headline, UnaryOperator.identity())
            .checklist();
    evidence.checklist(checked);
    List<String> failed = checked.stream().filter(Checked::isFailed).map(Checked::text).toList();
    return failed.isEmpty()
        ? Taken.ok(true, checked.size() + " items, none failed")
        : new Taken<>(false, Outcome.MISSED, String.join("; ", failed));
  }

  private Taken<RestoreResult> restore(Restores restores, RestorePlan plan) {
    try (ProgressLine progress = session.progress()) {
      RestoreResult result = restores.run(plan, new RestoreProgressLine(progress), cancel);
      RestoreDone done = RestoreDone.of(result);
      evidence.restored(done, result.stopCommand());
      return Taken.ok(
          result,
          Units.count(done.files(), "file")
              + ", "
              + Units.bytes(done.bytes())
              + ", reached "
              + done.server().map(RestoreDone.Server::reachedLsn).orElse("")
              + (options.keepSettings
                  ? ", where the source's settings let it listen, port "
                  : ", on localhost alone, port ")
              + done.server().map(RestoreDone.Server::port).orElse(0));
    }
  }
}
