package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.ServerUrl;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.engine.database.DumpPlan;
import io.mockupaws.engine.database.DumpRequest;
import io.mockupaws.engine.database.DumpRestores;
import io.mockupaws.engine.database.DumpResult;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.Moment;
import io.mockupaws.engine.journal.Window;
import io.mockupaws.engine.logical.DumpBytes;
import io.mockupaws.engine.logical.DumpCheck;
import io.mockupaws.engine.logical.OpenedDump;
import io.mockupaws.engine.restore.Cancel;
import io.mockupaws.engine.thaw.Frozen;
import io.mockupaws.engine.thaw.FrozenObjects;
import io.mockupaws.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A restore whose source is a dump. */
final class DumpRestore {
  private final Session session;
  private final Config config;
  private final DatabaseOptions options;
  private final DumpOptions dump;
  private final CheckOptions checks;
  private final ThawOption thaw;
  private final How how;

  /**
   * How it is to be done.
   *
   * @param url with its variables replaced; empty where nothing is restored
   */
  record How(
      Optional<ServerUrl> url,
      OptionalInt jobs,
      Optional<Path> binaries,
      Instant asked,
      boolean dryRun) {}

  DumpRestore(
      Session session,
      Config config,
      DatabaseOptions options,
      DumpOptions dump,
      CheckOptions checks,
      ThawOption thaw,
      How how) {
    this.session = session;
    this.config = config;
    this.options = options;
    this.dump = dump;
    this.checks = checks;
    this.thaw = thaw;
    this.how = how;
  }

  /** From a file of this host, or an object of any bucket. */
  Answer elsewhere(String source) {
    try (DumpSource found = DumpSource.elsewhere(session, config, source)) {
      return run(found, Optional.empty());
    }
  }

  /** From one of the repository's. */
  Answer named(OpenCluster open, String name) {
    try (DumpSource found = DumpSource.named(session, config, open, name)) {
      return run(found, newestMoment(open));
    }
  }

  /** From the newest of the database; empty when it has none. */
  Optional<Answer> newest(OpenCluster open) {
    Optional<DumpSource> newest = DumpSource.newest(session, config, open, database());
    if (newest.isEmpty()) {
      if (dump.verifyOnly) {
        throw new Failure(
            ErrorCode.NO_BACKUP,
            "the cluster "
                + open.cluster().identity().name()
                + " has no dump of the database "
                + database(),
            "take one: mockupaws backup --kind logical --database " + database());
      }
      return Optional.empty();
    }
    try (DumpSource found = newest.get()) {
      return Optional.of(run(found, newestMoment(open)));
    }
  }

  private String database() {
    return options.source.orElseGet(
        () ->
            how.url()
                .or(config::server)
                .map(url -> session.parts().address(url).database())
                .orElseThrow(
                    () ->
                        new Failure(
                            ErrorCode.USAGE,
                            "nothing says of which database the newest dump is wanted",
                            "name it: --database D")));
  }

  /** Up to which moment physical backups and WAL bring the cluster; empty when nowhere. */
  private static Optional<Instant> newestMoment(OpenCluster open) {
    try {
      Journal journal = new Journal(open.cluster());
      return journal.window(journal.settledView()).flatMap(Window::to).map(Moment::time);
    } catch (Failure e) {
      return Optional.empty(); // the dump does not hang on it
    }
  }

  private Answer run(DumpSource source, Optional<Instant> moment) {
    DumpRestores restores = new DumpRestores(session.parts().clock(), session.parts().random());
    BeforeRestore before = new BeforeRestore(session, config, checks, how.dryRun());
    if (source.bytes() instanceof DumpBytes.InStore(Store store, ObjectKey key)) {
      List<Frozen> frozen = FrozenObjects.among(store, List.of(key), session.now());
      if (how.dryRun()) {
        // Its list stands in the dump itself: without it there is no plan.
        thaw.demandReadable(frozen);
      }
      thaw.demandWish(frozen);
      if (!frozen.isEmpty() && !dump.verifyOnly) {
        before.room(request(), restores.look(request()), open(source));
      }
      thaw.thaw(session, frozen);
    }
    OpenedDump opened = open(source);
    if (dump.verifyOnly) {
      return verify(opened, source.passedOver());
    }
    DumpPlan plan = restores.plan(request(), opened);
    List<String> warnings = new ArrayList<>(source.passedOver());
    warnings.addAll(plan.warnings());
    options.passwordWarning().ifPresent(warnings::add);
    DumpAnswer planned =
        DumpAnswer.of(plan, session.now(), moment, warnings, !source.passedOver().isEmpty());
    DumpAnswer answer =
        planned.with(before.dump(planned.cluster().orElse(""), plan, planned.headline()));
    if (how.dryRun()) {
      return answer;
    }
    warnings.forEach(warning -> session.screen().say("warning: " + warning));
    return answer.with(run(restores, plan));
  }

  private OpenedDump open(DumpSource source) {
    return OpenedDump.open(source.bytes(), source.secrets(), dump.unauthenticated);
  }

  private Answer verify(OpenedDump opened, List<String> passedOver) {
    Cancel cancel = new Cancel();
    session.parts().stop().watch(cancel::ask);
    DumpCheck check = new DumpCheck(opened, how.binaries(), cancel);
    try (ProgressLine line = session.progress()) {
      line.phase("reading the dump");
      DumpCheck.Checked checked =
          check.run(read -> line.bytes(read, OptionalLong.of(opened.size())));
      return DumpVerified.of(
          opened, check.tools(), checked, Duration.between(how.asked(), session.now()), passedOver);
    }
  }

  private DumpRequest request() {
    return new DumpRequest(
        session.parts().address(how.url().orElseThrow()),
        options.way(),
        options.disconnect,
        options.omissions(),
        how.jobs(),
        options.temporaryFolder(),
        how.binaries(),
        how.asked());
  }

  private DumpResult run(DumpRestores restores, DumpPlan plan) {
    Cancel cancel = new Cancel();
    session.parts().stop().watch(cancel::ask);
    try (ProgressLine line = session.progress()) {
      return restores.run(plan, new DatabaseProgressLine(line), cancel);
    }
  }
}
