package io.mockupaws.app.cli;

import io.mockupaws.app.checklist.Checked;
import io.mockupaws.app.config.Problems;
import io.mockupaws.app.config.ServerUrl;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
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
    for (int n = 0; !dryRun && n < ThawOption.ROUNDS && thaw.thaw(session, frozen); n++) {
      plan = restores.plan(request);
      frozen = ThawOption.look(session, open.cluster(), plan.recovery().backup().id());
    }
    PlanAnswer recoveryPlan =
        PlanAnswer.of(cluster, plan.recovery(), requested, session.now())
            .beside(beside.answer())
            .frozen(thaw.answer(frozen));
    DatabasePlanned planned = DatabasePlanned.of(plan, warnings());
    List<Checked> checklist = before.database(open, plan, recoveryPlan.headline());
    if (dryRun) {
      return new DatabaseAnswer(recoveryPlan, planned, checklist, Optional.empty());
    }
    DatabaseResult result = run(restores, plan);
    return new DatabaseAnswer(
        recoveryPlan, planned, checklist, Optional.of(DatabaseDone.of(result)));
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
