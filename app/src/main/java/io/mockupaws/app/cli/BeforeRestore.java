package io.mockupaws.app.cli;

import io.mockupaws.app.checklist.CheckItem;
import io.mockupaws.app.checklist.Checked;
import io.mockupaws.app.checklist.Checklist;
import io.mockupaws.app.config.Config;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.database.DatabasePlan;
import io.mockupaws.engine.database.DatabaseRequest;
import io.mockupaws.engine.database.DatabaseState;
import io.mockupaws.engine.database.DestinationFacts;
import io.mockupaws.engine.database.DumpPlan;
import io.mockupaws.engine.database.DumpRequest;
import io.mockupaws.engine.database.Way;
import io.mockupaws.engine.logical.DumpCheck;
import io.mockupaws.engine.logical.OpenedDump;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.engine.restore.Cancel;
import io.mockupaws.engine.restore.Existing;
import io.mockupaws.engine.restore.Occupied;
import io.mockupaws.engine.restore.RestorePlan;
import io.mockupaws.engine.verify.BackupVerdict;
import io.mockupaws.engine.verify.Depth;
import io.mockupaws.engine.verify.Verifier;
import io.mockupaws.engine.verify.VerifyReport;
import io.mockupaws.engine.verify.VerifyRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The checklist of a restore. A plan is at hand: what cannot be restored at all was refused while
 * it was made. In a dry run nothing is written and nobody is told.
 */
final class BeforeRestore {
  private static final int READS = 4;
  private static final int MOST_NAMED = 5;

  private final Session session;
  private final Config config;
  private final CheckOptions options;
  private final boolean dryRun;
  private final Checklist list;

  BeforeRestore(Session session, Config config, CheckOptions options, boolean dryRun) {
    this.session = session;
    this.config = config;
    this.options = options;
    this.dryRun = dryRun;
    this.list = checklist();
  }

  private Checklist checklist() {
    return new Checklist(
        options.skipped,
        checked -> {
          if (!dryRun) {
            session.screen().say(checked.text());
          }
        });
  }

  /**
   * What a restore goes on with.
   *
   * @param plan made again where reading the backup took its time
   */
  record Ready<P>(P plan, List<Checked> checklist) {}

  /** Before hours and money are spent on thawing: what is there is looked at behind it again. */
  void room(RestorePlan plan) {
    room(() -> space(plan));
  }

  /** Likewise into a database, from a physical backup. */
  void room(DatabasePlan plan) {
    room(() -> space(plan));
  }

  /** Likewise from a dump. */
  void room(DumpRequest request, DestinationFacts facts, OpenedDump dump) {
    room(() -> space(request, facts, dump));
  }

  private void room(Supplier<Checked> space) {
    Checklist first = checklist();
    first.look(CheckItem.SPACE, space);
    first.demand();
  }

  /**
   * Into a directory.
   *
   * @param cluster as the restore reads it
   * @param again makes the plan once more with the same backup: while it was read WAL came
   */
  Ready<RestorePlan> directory(
      Repository repository,
      ClusterRepository cluster,
      RestorePlan plan,
      String headline,
      UnaryOperator<RestorePlan> again) {
    begin(headline);
    list.look(CheckItem.TARGET, () -> target(plan));
    list.look(CheckItem.SPACE, () -> space(plan));
    list.look(CheckItem.BACKUP, () -> backup(repository, cluster, plan.backup().id()));
    RestorePlan ready = ready(plan, again);
    List<Checked> checked =
        end(
            cluster.identity().name(),
            headline,
            ready.existing().isEmpty()
                ? () -> Checked.ok(CheckItem.STATE, "there is nothing to record")
                : () -> recorded(DirectoryState.of(ready.directory(), ready.existing().get())));
    return new Ready<>(ready, checked);
  }

  private <P> P ready(P plan, UnaryOperator<P> again) {
    if (dryRun) {
      return plan;
    }
    list.demand();
    return options.verifyFirst ? again.apply(plan) : plan;
  }

  /** Into a database, from a physical backup; as into a directory. */
  Ready<DatabasePlan> database(
      Repository repository,
      ClusterRepository cluster,
      DatabasePlan plan,
      String headline,
      UnaryOperator<DatabasePlan> again) {
    begin(headline);
    ServerAddress address = plan.request().destination();
    DestinationFacts facts = plan.destination();
    list.look(CheckItem.TARGET, () -> target(facts, plan.request().way(), plan.keptAs()));
    list.look(CheckItem.SPACE, () -> space(plan));
    list.look(CheckItem.BACKUP, () -> backup(repository, cluster, plan.recovery().backup().id()));
    DatabasePlan ready = ready(plan, again);
    return new Ready<>(
        ready, end(cluster.identity().name(), headline, () -> state(address, ready.destination())));
  }

  /** Into a database, from a dump. */
  List<Checked> dump(String cluster, DumpPlan plan, String headline) {
    begin(headline);
    ServerAddress address = plan.request().destination();
    DestinationFacts facts = plan.destination();
    list.look(CheckItem.TARGET, () -> target(facts, plan.request().way(), plan.keptAs()));
    list.look(CheckItem.SPACE, () -> space(plan.request(), facts, plan.dump()));
    list.look(CheckItem.BACKUP, () -> dump(plan));
    return end(cluster, headline, () -> state(address, facts));
  }

  private void begin(String headline) {
    if (!dryRun) {
      session.screen().say(headline);
    }
  }

  /** The notice comes last: a restore that is refused before is none. */
  private List<Checked> end(String cluster, String headline, Supplier<Checked> state) {
    if (!dryRun) {
      list.demand();
      list.look(CheckItem.STATE, state);
      list.look(CheckItem.NOTICE, () -> session.restoreBegins(cluster, headline));
      list.demand();
    }
    return list.checked();
  }

  private static Checked target(RestorePlan plan) {
    Optional<Existing> existing = plan.existing();
    return Checked.ok(
        CheckItem.TARGET,
        existing
            .map(
                found ->
                    Units.count(found.files(), "file")
                        + ", "
                        + Units.bytes(found.bytes())
                        + ", in "
                        + plan.directory()
                        + ": "
                        + becomes(found.treatment()))
            .orElseGet(() -> plan.directory() + " is empty, or not there yet"));
  }

  private static String becomes(Occupied treatment) {
    return switch (treatment) {
      case REFUSED -> "refused";
      case DELTA -> "what differs is written over, as --delta says";
      case FORCE -> "removed, as --force says";
      case IN_PLACE -> "put aside, as --in-place says";
    };
  }

  private static Checked target(DestinationFacts facts, Way way, Optional<String> keptAs) {
    String what =
        switch (way) {
          case EMPTY -> "it is empty";
          case REPLACE ->
              keptAs
                  .map(name -> "what is there is kept as " + name)
                  .orElse("there is no such database yet");
          case DISPOSABLE ->
              facts.exists()
                  ? "what is there is dropped, as --disposable says"
                  : "there is no such database yet";
        };
    String held =
        facts.connections().isEmpty()
            ? ""
            : "; connected to it: " + String.join(", ", facts.connections());
    return Checked.ok(CheckItem.TARGET, what + held);
  }

  /** The plan itself has made sure that what will be written has room. */
  private static Checked space(RestorePlan plan) {
    if (!plan.outside().tablespaces().isEmpty() || plan.outside().wal().isPresent()) {
      return Checked.unknown(
          CheckItem.SPACE,
          "whether there is twice as much on each of several disks; what comes has room");
    }
    if (plan.existing().filter(found -> found.treatment() == Occupied.DELTA).isPresent()) {
      return Checked.ok(CheckItem.SPACE, "the cluster lies there; what comes has room");
    }
    RestorePlan.Space space = plan.space();
    String what =
        Units.bytes(space.free() + space.givenBack())
            + " for a cluster of "
            + Units.bytes(space.cluster());
    return space.isAmple()
        ? Checked.ok(CheckItem.SPACE, what)
        : Checked.failed(CheckItem.SPACE, what + ": less than twice as much");
  }

  /** A database is no larger than its cluster; how large it is, the recovery alone will show. */
  private static Checked space(DatabasePlan plan) {
    DatabaseRequest request = plan.request();
    OptionalLong free = room(request.way(), request.destination(), plan.destination());
    if (free.isEmpty()) {
      return unknownRoom(request.destination());
    }
    long most = plan.recovery().space().cluster();
    String what =
        Units.bytes(free.getAsLong())
            + " on the server's disk for a database of at most "
            + Units.bytes(most)
            + ", which is all of the cluster";
    return free.getAsLong() >= 2 * most
        ? Checked.ok(CheckItem.SPACE, what)
        : Checked.unknown(CheckItem.SPACE, what + ": how large it will be");
  }

  private static Checked space(DumpRequest request, DestinationFacts facts, OpenedDump dump) {
    OptionalLong free = room(request.way(), request.destination(), facts);
    if (free.isEmpty()) {
      return unknownRoom(request.destination());
    }
    if (dump.sidecar().isEmpty()) {
      return Checked.unknown(
          CheckItem.SPACE,
          "how large the database will be; the server's disk has "
              + Units.bytes(free.getAsLong())
              + " free");
    }
    long database = dump.sidecar().get().restoredBytes();
    String what =
        Units.bytes(free.getAsLong())
            + " on the server's disk for a database of "
            + Units.bytes(database);
    return free.getAsLong() >= 2 * database
        ? Checked.ok(CheckItem.SPACE, what)
        : Checked.failed(CheckItem.SPACE, what + ": less than twice as much");
  }

  private static Checked unknownRoom(ServerAddress address) {
    return Checked.unknown(
        CheckItem.SPACE, "the free space of the server " + address.hosts().getFirst());
  }

  private static OptionalLong room(Way way, ServerAddress address, DestinationFacts facts) {
    OptionalLong free = DatabaseState.free(address);
    long dropped = way == Way.DISPOSABLE ? facts.bytes() : 0;
    return free.isPresent() ? OptionalLong.of(free.getAsLong() + dropped) : free;
  }

  private Checked backup(Repository repository, ClusterRepository cluster, BackupId id) {
    if (!options.verifyFirst) {
      return Checked.ok(
          CheckItem.BACKUP, id + " is there with all its packs, each as long as it was");
    }
    Cancel cancel = new Cancel();
    session.parts().stop().watch(cancel::ask);
    try (ProgressLine line = session.progress()) {
      VerifyReport report =
          new Verifier(repository, cluster)
              .run(
                  new VerifyRequest(Optional.of(id), Depth.READ, READS),
                  new VerifyProgressLine(line, cancel::isAsked));
      List<String> reasons = new ArrayList<>();
      report.backups().stream().map(BackupVerdict::reasons).forEach(reasons::addAll);
      report.findings().stream()
          .limit(MOST_NAMED)
          .forEach(finding -> reasons.add(finding.object() + ": " + finding.what()));
      reasons.addAll(report.lost());
      return reasons.isEmpty()
          ? Checked.ok(
              CheckItem.BACKUP,
              id + ": " + Units.bytes(report.packBytes()) + " were read and are right")
          : Checked.failed(CheckItem.BACKUP, id + ": " + String.join("; ", reasons));
    }
  }

  private Checked dump(DumpPlan plan) {
    String name = plan.dump().name();
    if (!options.verifyFirst) {
      return plan.dump().sidecar().isPresent()
          ? Checked.ok(CheckItem.BACKUP, name + " is there, as long as it was")
          : Checked.unknown(CheckItem.BACKUP, name + " has no sidecar");
    }
    Cancel cancel = new Cancel();
    session.parts().stop().watch(cancel::ask);
    try (ProgressLine line = session.progress()) {
      line.phase("reading the dump");
      DumpCheck.Checked read =
          new DumpCheck(plan.dump(), plan.request().binaries(), cancel)
              .run(done -> line.bytes(done, OptionalLong.of(plan.dump().size())));
      return Checked.ok(
          CheckItem.BACKUP,
          name + ": " + Units.bytes(read.plainBytes()) + " were read to their end");
    }
  }

  private Checked state(ServerAddress address, DestinationFacts facts) {
    if (!facts.exists()) {
      return Checked.ok(CheckItem.STATE, "there is no such database: nothing to record");
    }
    DatabaseState state;
    try {
      state = DatabaseState.read(address);
    } catch (Failure e) {
      // one that lets nobody in may be the very one to be replaced
      return Checked.unknown(CheckItem.STATE, "what is there cannot be looked at: " + e.what());
    }
    return recorded(state);
  }

  private Checked recorded(Object state) {
    return new StateFile(session, config).write(state);
  }
}
