package io.mockupaws.app.cli;

import io.mockupaws.app.config.Problems;
import io.mockupaws.app.config.ServerUrl;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.database.DatabasePlan;
import io.mockupaws.engine.database.DatabaseRequest;
import io.mockupaws.engine.database.DatabaseRestores;
import io.mockupaws.engine.database.DatabaseResult;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.restore.Cancel;
import io.mockupaws.engine.thaw.Frozen;
import java.util.List;
import java.util.Optional;

/** A restore whose destination is a database. */
final class DatabaseRestore {
  private final Session session;
  private final DatabaseOptions options;
  private final ThawOption thaw;
  private final ServerUrl url;
  private final String requested;

  /**
   * @param url with its variables replaced
   * @param requested the target in the operator's words
   */
  DatabaseRestore(
      Session session, DatabaseOptions options, ThawOption thaw, ServerUrl url, String requested) {
    this.session = session;
    this.options = options;
    this.thaw = thaw;
    this.url = url;
    this.requested = requested;
  }

  /** Options of a restore into a directory that mean nothing here. */
  static void refuse(boolean start, boolean keepSettings, boolean promotes, Problems problems) {
    if (start || keepSettings || !promotes) {
      problems.wrong(
          "--to-database", "goes without --start, --keep-settings and --action: no server is left");
    }
  }

  Answer run(
      WalSourceOption.Beside beside,
      DatabaseRequest.Recovery recovery,
      BeforeRestore before,
      OpenCluster open,
      boolean dryRun) {
    ClusterRepository cluster = beside.cluster();
    ServerAddress address = session.parts().address(url);
    DatabaseRestores restores =
        new DatabaseRestores(cluster, session.parts().clock(), session.parts().random());
    DatabaseRequest request =
        new DatabaseRequest(
            address,
            options.source.orElse(address.database()),
            options.way(),
            options.disconnect,
            options.omissions(),
            options.temporaryFolder(),
            recovery);
    DatabasePlan plan = restores.plan(request);
    List<Frozen> frozen = ThawOption.look(session, open.cluster(), plan.recovery().backup().id());
    if (!dryRun && !frozen.isEmpty()) {
      thaw.demandWish(frozen);
      before.room(plan);
    }
    for (int n = 0; !dryRun && n < ThawOption.ROUNDS && thaw.thaw(session, frozen); n++) {
      plan = restores.plan(request);
      frozen = ThawOption.look(session, open.cluster(), plan.recovery().backup().id());
    }
    PlanAnswer recoveryPlan = answer(beside, plan).frozen(thaw.answer(frozen));
    DatabasePlanned planned = DatabasePlanned.of(plan, warnings());
    BeforeRestore.Ready<DatabasePlan> ready =
        before.database(
            open.repository(),
            cluster,
            plan,
            recoveryPlan.headline(),
            read -> again(restores, request, read));
    if (dryRun) {
      return new DatabaseAnswer(recoveryPlan, planned, ready.checklist(), Optional.empty());
    }
    DatabaseResult result = run(restores, ready.plan());
    return new DatabaseAnswer(
        answer(beside, ready.plan()),
        DatabasePlanned.of(ready.plan(), warnings()),
        ready.checklist(),
        Optional.of(DatabaseDone.of(result)));
  }

  private PlanAnswer answer(WalSourceOption.Beside beside, DatabasePlan plan) {
    return PlanAnswer.of(beside.cluster(), plan.recovery(), requested, session.now())
        .beside(beside.answer());
  }

  /** Up to the newest moment that can be had by now, from the backup that was read. */
  private static DatabasePlan again(
      DatabaseRestores restores, DatabaseRequest request, DatabasePlan read) {
    BackupId backup = read.recovery().backup().id();
    DatabasePlan anew = restores.plan(request);
    return anew.recovery().backup().id().equals(backup)
        ? anew
        : restores.plan(request.from(backup));
  }

  private DatabaseResult run(DatabaseRestores restores, DatabasePlan plan) {
    Cancel cancel = new Cancel();
    session.parts().stop().watch(cancel::ask);
    try (ProgressLine line = session.progress()) {
      return restores.run(plan, new DatabaseProgressLine(line), cancel);
    } catch (Failure e) {
      if (e.code() == ErrorCode.RESTORE_INTERRUPTED) {
        // what the recovery says of a directory of the operator's does not hold for a scratch one
        throw new Failure(
            e.code(),
            "the restore was stopped before it was done",
            "the destination is as it was, unless it was disposable; restore again",
            e);
      }
      throw e;
    }
  }

  private List<String> warnings() {
    return options.passwordWarning().stream().toList();
  }
}
