package io.mockupaws.engine.database;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.client.Watch;
import io.mockupaws.engine.cluster.DatabaseProperties;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.restore.Cancel;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** A dump on its way into a database. */
final class DumpRun {
  private static final String RELATIONS =
      """
      SELECT count(*) FILTER (WHERE c.relkind IN ('r', 'p')), count(*)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND c.relpersistence <> 't'
         AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND %s
      """
          .formatted(CatalogueQueries.ownObject("pg_class", "c.oid"));

  private final DumpPlan plan;
  private final DatabaseListener listener;
  private final Cancel cancel;
  private final InstantSource clock;
  private final List<String> notes = new ArrayList<>();
  private boolean dropped;
  private boolean begun;

  DumpRun(DumpPlan plan, DatabaseListener listener, Cancel cancel, InstantSource clock) {
    this.plan = plan;
    this.listener = listener;
    this.cancel = cancel;
    this.clock = clock;
  }

  /** What is there afterwards. */
  private record Found(long tables, long relations) {}

  DumpResult bring() {
    Scratch.clearAll(plan.request().temporary())
        .forEach(left -> notes.add("removed " + left + ", left by a restore that was killed"));
    try (DumpContent content = new DumpContent(plan, listener, cancel);
        Destination destination =
            Destination.open(plan.request().destination(), Beside.mark(plan.id()))) {
      DestinationFacts facts = destination.facts();
      destination.require(plan.request().way(), facts, plan.request().disconnect());
      long tables =
          switch (plan.request().way()) {
            case EMPTY -> intoEmpty(content, destination);
            case REPLACE -> beside(content, destination, /* drops= */ false);
            case DISPOSABLE -> beside(content, destination, facts.exists());
          };
      return new DumpResult(
          plan,
          content.plainBytes(),
          tables,
          notes,
          Duration.between(plan.request().asked(), clock.instant()));
    } catch (Failure e) {
      throw told(e);
    }
  }

  /** With what became of the destination. */
  private Failure told(Failure e) {
    String database = "the database " + plan.request().destination().database();
    if (dropped) {
      return new Failure(
          e.code(),
          e.what(),
          e.nextStep() + "; " + database + " was dropped before, as --disposable says",
          e);
    }
    if (begun && plan.request().way() == Way.EMPTY && plan.request().jobs().isPresent()) {
      return new Failure(
          e.code(),
          e.what() + "; " + database + " may hold a part of the dump",
          "drop that database and create it anew; without --jobs it is all or nothing",
          e);
    }
    return e.code() == ErrorCode.RESTORE_INTERRUPTED
        ? e
        : new Failure(
            e.code(), e.what(), e.nextStep() + "; the destination is as it was before", e);
  }

  private long intoEmpty(DumpContent content, Destination destination) {
    DumpRestores.properties(plan.dump())
        .ifPresent(
            source -> {
              DatabaseProperties there =
                  DatabaseProperties.of(destination.session(), destination.name());
              source.requireEncodingOf(there);
              notes.addAll(source.differencesOf(there));
            });
    content.prepare(/* wholeFirst= */ false);
    begun = true;
    try (Destination.Awake _ = destination.awake()) {
      content.restore(destination.address(), /* oneTransaction= */ true);
    }
    Found found = found(destination.address());
    if (found.relations() < plan.relations()) {
      notes.add(fewer(found));
    }
    return found.tables();
  }

  /**
   * Whatever can fail without the old database's end does so before: the dump is read to its end,
   * and what takes its place is made with its owner, locale and tablespace.
   */
  private long beside(DumpContent content, Destination destination, boolean drops) {
    Beside.clearAbandoned(destination)
        .forEach(left -> notes.add("dropped " + left + ", left by a restore that was killed"));
    DatabaseProperties properties = DumpRestores.properties(plan.dump()).orElseThrow();
    content.prepare(drops);
    try (Beside beside =
        Beside.create(destination, plan.id(), properties, plan.request().omissions())) {
      if (drops) {
        Watch.check(cancel);
        destination.drop(destination.name(), plan.request().disconnect());
        dropped = true;
      }
      try (Destination.Awake _ = destination.awake()) {
        content.restore(beside.address(), /* oneTransaction= */ false);
      }
      Found found = verify(beside.address());
      Watch.check(cancel);
      listener.progress(new DatabaseProgress(DatabaseProgress.Phase.SWAP, 0, 1));
      beside.giveProperties();
      beside.takePlace(plan.keptAs(), plan.request().disconnect());
      notes.addAll(beside.notes());
      return found.tables();
    }
  }

  /** {@code pg_restore} ended well; that everything of its list is there is seen for itself. */
  private Found verify(ServerAddress address) {
    Found found = found(address);
    if (found.relations() < plan.relations()) {
      throw new Failure(
          ErrorCode.DATABASE_DIFFERS,
          fewer(found),
          "it was not put in place; take another dump, and report this");
    }
    return found;
  }

  private String fewer(Found found) {
    return "the dump makes "
        + plan.relations()
        + " tables, views and sequences, and "
        + found.relations()
        + " are there";
  }

  private static Found found(ServerAddress address) {
    try (ServerSession session = ServerSession.open(address)) {
      return session.one(
          "counting what is there", RELATIONS, row -> new Found(row.getLong(1), row.getLong(2)));
    }
  }
}
