package io.mockupaws.engine.logical;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.DumpSidecar;
import io.mockupaws.core.format.Dumps;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.SealedSidecar;
import io.mockupaws.engine.client.ClientProcess;
import io.mockupaws.engine.client.Watch;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Right;
import io.mockupaws.engine.restore.Cancel;
import io.mockupaws.store.CreateOutcome;
import io.mockupaws.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;

/** One run: the globals, then database by database. */
final class LogicalRun {
  private static final int BUFFER = 256 * 1024;

  /** A transaction that holds a table for longer was forgotten: told tonight, not never. */
  private static final Duration LOCK_WAIT = Duration.ofMinutes(15);

  private final LogicalPlan plan;
  private final ClusterRepository cluster;
  private final Store store;
  private final String folder;
  private final Instant started;
  private final Sealing sealing;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Right right;
  private final Cancel cancel;

  /** What dumps are encrypted and proven with. */
  record Sealing(DumpSecrets secrets, byte[] salt) {}

  LogicalRun(
      LogicalPlan plan,
      ClusterRepository cluster,
      String folder,
      Instant started,
      Sealing sealing,
      InstantSource clock,
      RandomGenerator random,
      Right right,
      Cancel cancel) {
    this.plan = plan;
    this.cluster = cluster;
    // what pg_dump has read in hours is not thrown away for a minute without a store
    this.store = cluster.store().patient();
    this.folder = folder;
    this.started = started;
    this.sealing = sealing;
    this.clock = clock;
    this.random = random;
    this.right = right;
    this.cancel = cancel;
  }

  /** One dump to be made. */
  private record Task(
      DumpSidecar.Content content,
      String subject,
      String database,
      String program,
      List<String> options,
      List<String> filters,
      OptionalLong databaseBytes,
      Optional<String> properties) {}

  LogicalResult take(LogicalProgress progress) {
    List<LogicalResult.Dumped> dumps = new ArrayList<>();
    List<LogicalResult.Failed> failures = new ArrayList<>();
    for (Task task : tasks()) {
      String what = task.content() == DumpSidecar.Content.GLOBALS ? "globals" : task.database();
      try {
        dumps.add(dump(task, bytes -> progress.dumped(what, bytes)));
      } catch (RuntimeException caught) {
        Failure e = told(caught);
        if (e.code() == ErrorCode.BACKUP_INTERRUPTED || e.code() == ErrorCode.LEASE_LOST) {
          throw e;
        }
        failures.add(
            new LogicalResult.Failed(
                task.properties().isEmpty() ? Optional.empty() : Optional.of(task.database()), e));
      }
    }
    return new LogicalResult(started, dumps, failures, List.of());
  }

  private static Failure told(RuntimeException e) {
    return e instanceof Failure failure
        ? failure
        : new Failure(
            ErrorCode.INTERNAL,
            "the dump broke off: " + e,
            "take it again, and report this as a defect; nothing of it is kept",
            e);
  }

  private List<Task> tasks() {
    List<Task> tasks = new ArrayList<>();
    List<String> filters = plan.request().filters().options();
    if (filters.isEmpty()) {
      tasks.add(globals());
    }
    for (LogicalPlan.Database database : plan.databases()) {
      List<String> options =
          new ArrayList<>(
              List.of(
                  "--format=custom",
                  "--compress=0",
                  "--lock-wait-timeout=" + LOCK_WAIT.toMillis()));
      options.addAll(filters);
      tasks.add(
          new Task(
              DumpSidecar.Content.DATABASE,
              database.name(),
              database.name(),
              "pg_dump",
              options,
              filters,
              OptionalLong.of(database.bytes()),
              Optional.of(database.properties())));
    }
    return tasks;
  }

  /** Roles and tablespaces belong to no database, and no dump of one is of use without them. */
  private Task globals() {
    String database = plan.server().database();
    List<String> options =
        new ArrayList<>(
            List.of(
                "--globals-only",
                "--database=dbname='" + database.replace("\\", "\\\\").replace("'", "\\'") + "'"));
    if (!plan.readsPasswords()) {
      options.add("--no-role-passwords");
    }
    return new Task(
        DumpSidecar.Content.GLOBALS,
        cluster.identity().name(),
        database,
        "pg_dumpall",
        options,
        List.of(),
        OptionalLong.empty(),
        Optional.empty());
  }

  private LogicalResult.Dumped dump(Task task, LongConsumer progress) {
    Instant begun = clock.instant();
    Secret secret = sealing.secrets().forWriting();
    ObjectKey key = DumpName.key(folder, task.subject(), task.content(), started);
    DumpOutput.Written written;
    DumpOutput.Making making = new DumpOutput.Making(plan.cores(), random, cancel::isAsked);
    try (DumpOutput output = new DumpOutput(store, key, secret, making)) {
      pass(task, output, progress);
      await();
      written = output.commit();
    }
    DumpSidecar facts = facts(task, key, written);
    await();
    prove(key, facts, secret);
    return new LogicalResult.Dumped(key, facts, Duration.between(begun, clock.instant()));
  }

  /** A dump of hours outlives minutes without a store, and its lease with it. */
  private void await() {
    check();
    try {
      right.await(cancel::isAsked);
    } catch (Failure e) {
      check(); // who was told to stop says so
      throw e;
    }
    check();
  }

  private DumpSidecar facts(Task task, ObjectKey key, DumpOutput.Written written) {
    return new DumpSidecar(
        key.fileName(),
        task.content(),
        cluster.identity().name(),
        plan.system(),
        task.database(),
        started,
        clock.instant(),
        plan.serverVersion(),
        plan.tools().version(),
        task.filters(),
        written.plainBytes(),
        task.databaseBytes(),
        written.size(),
        written.sha256(),
        DumpOutput.PIECE_BYTES,
        written.pieces(),
        task.properties());
  }

  /** With the sidecar the backup begins to exist. */
  private void prove(ObjectKey key, DumpSidecar facts, Secret secret) {
    byte[] sidecar =
        SealedSidecar.encode(
            facts,
            sealing.secrets().fingerprint(secret),
            sealing.salt(),
            sealing.secrets().forWriting(secret, sealing.salt()));
    if (store.create(Dumps.sidecarOf(key), sidecar) == CreateOutcome.EXISTS) {
      throw new Failure(
          ErrorCode.STORE_CONFLICT,
          "there is a sidecar of " + key + " in " + cluster.store().address() + " already",
          "take the backup again");
    }
  }

  /** The program's end has to be a good one before anything of what it wrote is made an object. */
  private void pass(Task task, DumpOutput output, LongConsumer progress) {
    ServerAddress server = plan.server().withDatabase(task.database());
    try (ClientProcess program =
            ClientProcess.dump(plan.tools(), task.program(), task.options(), server);
        Watch _ = new Watch(cancel, program::end)) {
      program.input().close();
      InputStream from = program.output();
      byte[] buffer = new byte[BUFFER];
      for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
        check();
        output.content().write(buffer, 0, count);
        progress.accept(output.plainBytes());
      }
      check();
      program.finish();
    } catch (IOException e) {
      check();
      throw new Failure(
          ErrorCode.DUMP_FAILED,
          "reading what " + task.program() + " says failed: " + e.getMessage(),
          "take the backup again; nothing of this one is kept",
          e);
    } catch (RuntimeException e) {
      check();
      throw e;
    }
  }

  private void check() {
    if (cancel.isAsked()) {
      throw new Failure(
          ErrorCode.BACKUP_INTERRUPTED,
          "the backup was stopped before it was done",
          "take it again: of the dump that was being written nothing is kept");
    }
  }
}
