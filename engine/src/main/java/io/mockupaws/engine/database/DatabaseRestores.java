package io.mockupaws.engine.database;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.client.ClientTools;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.restore.Cancel;
import io.mockupaws.engine.restore.RestorePlan;
import io.mockupaws.engine.restore.Restores;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Brings one database of a cluster into a database of a server that runs. The cluster is recovered
 * to the moment by a scratch server, which is a safe copy: it touches nothing of the source's. Its
 * database is copied, the copy is compared with it, and only then takes its place.
 */
public final class DatabaseRestores {
  private final Restores restores;
  private final InstantSource clock;
  private final RandomGenerator random;

  public DatabaseRestores(
      ClusterRepository repository, InstantSource clock, RandomGenerator random) {
    this.restores = new Restores(repository, clock);
    this.clock = clock;
    this.random = random;
  }

  /**
   * What would be done; looks at the destination and changes nothing.
   *
   * @throws Failure as {@link Restores#plan}; NO_CLIENT_TOOLS, TARGET_NOT_EMPTY, DATABASE_IN_USE,
   *     DATABASE_UNFIT, SERVER_RIGHTS, and as {@link ServerSession#open}
   */
  public DatabasePlan plan(DatabaseRequest request) {
    String id = HexFormat.of().toHexDigits(random.nextInt());
    Path folder = Scratch.place(request.temporary(), id);
    try (Destination destination = Destination.open(request.destination(), Beside.mark(id))) {
      DestinationFacts facts = destination.facts();
      destination.require(request.way(), facts, request.disconnect());
      RestorePlan recovery =
          restores.plan(request.recovery().into(Scratch.data(folder)).starting());
      int source = recovery.backup().serverVersion() / 10_000;
      requireNotOlder(facts, source);
      boolean keeps = request.way() == Way.REPLACE && facts.exists();
      return new DatabasePlan(
          request,
          recovery,
          folder,
          ClientTools.find(recovery.request().binaries(), source, facts.major()),
          facts,
          keeps
              ? Optional.of(Beside.keptName(destination.name(), recovery.request().asked()))
              : Optional.empty(),
          warnings(request, facts));
    }
  }

  private static void requireNotOlder(DestinationFacts facts, int source) {
    if (facts.major() < source) {
      throw new Failure(
          ErrorCode.DATABASE_UNFIT,
          "the destination is PostgreSQL "
              + facts.version()
              + ", older than the source's "
              + source
              + ": a dump is not for older servers",
          "name a server of PostgreSQL " + source + " or newer, or restore with --to-dir");
    }
  }

  private static List<String> warnings(DatabaseRequest request, DestinationFacts facts) {
    List<String> warnings = new ArrayList<>();
    if (!facts.connections().isEmpty()) {
      warnings.add("connected to the destination: " + String.join(", ", facts.connections()));
    }
    if (request.way() == Way.DISPOSABLE && facts.exists()) {
      warnings.add(
          "the database "
              + request.destination().database()
              + " is dropped once the moment is recovered, before the copy: nothing of it is kept");
    }
    return warnings;
  }

  /**
   * Does what the plan says. Whatever breaks off, the destination is as it was before, but for one
   * that was declared disposable; the scratch server ends and its files go.
   *
   * @throws Failure as {@link Restores#run}; DATABASE_UNFIT, DATABASE_IN_USE, DATABASE_COPY_FAILED,
   *     DATABASE_DIFFERS, RESTORE_INTERRUPTED
   */
  public DatabaseResult run(DatabasePlan plan, DatabaseListener listener, Cancel cancel) {
    List<String> notes = new ArrayList<>();
    Scratch.clearAll(plan.request().temporary())
        .forEach(left -> notes.add("removed " + left + ", left by a restore that was killed"));
    try (Scratch scratch = Scratch.create(plan.scratch())) {
      return new DatabaseRun(plan, restores, listener, cancel, clock, notes).bring(scratch);
    }
  }

  /** The name of the session that works on a plan's destination. */
  static String mark(DatabasePlan plan) {
    return Beside.mark(id(plan));
  }

  static String id(DatabasePlan plan) {
    String folder = plan.scratch().toString();
    return folder.substring(folder.length() - 8);
  }
}
