package io.mockupaws.app.cli;

import io.mockupaws.app.checklist.CheckItem;
import io.mockupaws.app.checklist.Checked;
import io.mockupaws.app.checklist.Checklist;
import io.mockupaws.app.config.Config;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.DumpSidecar;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.database.DatabasePlan;
import io.mockupaws.engine.database.DatabaseState;
import io.mockupaws.engine.database.DestinationFacts;
import io.mockupaws.engine.database.DumpPlan;
import io.mockupaws.engine.database.Way;
import io.mockupaws.engine.logical.DumpCheck;
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
    this.list =
        new Checklist(
            options.skipped,
            checked -> {
              if (!dryRun) {
                session.screen().say(checked.text());
              }
            });
  }

  /** Into a directory. */
  List<Checked> directory(OpenCluster open, RestorePlan plan, String headline) {
    begin(headline);
    list.look(CheckItem.TARGET, () -> target(plan));
    list.look(CheckItem.SPACE, () -> space(plan));
    list.look(CheckItem.BACKUP, () -> backup(open, plan.backup().id()));
    return end(
        open.cluster().identity().name(),
        headline,
        plan.existing().isEmpty()
            ? () -> Checked.ok(CheckItem.STATE, "there is nothing to record")
            : () -> recorded(DirectoryState.of(plan.directory(), plan.existing().get())));
  }

  /** Into a database, from a physical backup. */
  List<Checked> database(OpenCluster open, DatabasePlan plan, String headline) {
    begin(headline);
    ServerAddress address = plan.request().destination();
    DestinationFacts facts = plan.destination();
    list.look(CheckItem.TARGET, () -> target(facts, plan.request().way(), plan.keptAs()));
    list.look(
        CheckItem.SPACE, () -> space(plan.request().way(), address, facts, OptionalLong.empty()));
    list.look(CheckItem.BACKUP, () -> backup(open, plan.recovery().backup().id()));
    return end(open.cluster().identity().name(), headline, () -> state(address, facts));
  }

  /** Into a database, from a dump. */
  List<Checked> dump(String cluster, DumpPlan plan, String headline) {
    begin(headline);
    ServerAddress address = plan.request().destination();
    DestinationFacts facts = plan.destination();
    list.look(CheckItem.TARGET, () -> target(facts, plan.request().way(), plan.keptAs()));
    list.look(
        CheckItem.SPACE,
        () ->
            space(
                plan.request().way(),
                address,
                facts,
                plan.dump().sidecar().map(DumpSidecar::plainBytes).stream()
                    .mapToLong(Long::longValue)
                    .findFirst()));
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

  /**
   * On the server's disk.
   *
   * @param database bytes that come; empty where only the restore itself will show them
   */
  private static Checked space(
      Way way, ServerAddress address, DestinationFacts facts, OptionalLong database) {
    OptionalLong free = room(way, address, facts);
    if (free.isEmpty()) {
      return Checked.unknown(
          CheckItem.SPACE, "the free space of the server " + address.hosts().getFirst());
    }
    if (database.isEmpty()) {
      return Checked.unknown(
          CheckItem.SPACE,
          "how large the database will be; the server's disk has "
              + Units.bytes(free.getAsLong())
              + " free");
    }
    String what =
        Units.bytes(free.getAsLong())
            + " on the server's disk for a database of "
            + Units.bytes(database.getAsLong());
    return free.getAsLong() >= 2 * database.getAsLong()
        ? Checked.ok(CheckItem.SPACE, what)
        : Checked.failed(CheckItem.SPACE, what + ": less than twice as much");
  }

  private static OptionalLong room(Way way, ServerAddress address, DestinationFacts facts) {
    OptionalLong free = DatabaseState.free(address);
    long dropped = way == Way.DISPOSABLE ? facts.bytes() : 0;
    return free.isPresent() ? OptionalLong.of(free.getAsLong() + dropped) : free;
  }

  private Checked backup(OpenCluster open, BackupId id) {
    if (!options.verifyFirst) {
      return Checked.ok(
          CheckItem.BACKUP, id + " is there with all its packs, each as long as it was");
    }
    Cancel cancel = new Cancel();
    session.parts().stop().watch(cancel::ask);
    try (ProgressLine line = session.progress()) {
      VerifyReport report =
          new Verifier(open.repository(), open.cluster())
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
