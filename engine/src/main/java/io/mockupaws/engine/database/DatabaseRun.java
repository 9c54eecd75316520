package io.mockupaws.engine.database;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.client.Watch;
import io.mockupaws.engine.cluster.DatabaseProperties;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.restore.Cancel;
import io.mockupaws.engine.restore.RestoreResult;
import io.mockupaws.engine.restore.Restores;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** One database on its way, from the recovery to its place. */
final class DatabaseRun {
  private static final int SHOWN = 5;

  private final DatabasePlan plan;
  private final Restores restores;
  private final DatabaseListener listener;
  private final Cancel cancel;
  private final InstantSource clock;
  private final List<String> notes;
  private final Omissions omissions;

  DatabaseRun(
      DatabasePlan plan,
      Restores restores,
      DatabaseListener listener,
      Cancel cancel,
      InstantSource clock,
      List<String> notes) {
    this.plan = plan;
    this.restores = restores;
    this.listener = listener;
    this.cancel = cancel;
    this.clock = clock;
    this.notes = new ArrayList<>(notes);
    this.omissions = plan.request().omissions();
  }

  /** The database as it was recovered, and what is to be known of it before it is copied. */
  private record Source(
      ScratchServer server, ServerSession session, DatabaseProperties properties, Needs needs) {}

  /** What was copied. */
  private record Copied(Fingerprint fingerprint, long bytes) {}

  DatabaseResult bring(Scratch scratch) {
    RestoreResult recovery = restores.run(plan.recovery(), listener, cancel);
    int port = recovery.recovered().orElseThrow().port();
    int major = plan.recovery().backup().serverVersion() / 10_000;
    ScratchServer server =
        ScratchServer.find(
            scratch.data(), port, major, List.of(plan.request().destination().user()));
    String name = plan.request().source();
    DatabaseProperties properties;
    try (ServerSession any = server.open("template1")) {
      properties = DatabaseProperties.of(any, name);
    }
    try (ServerSession session = server.open(name);
        Watch _ = new Watch(cancel, session::abort);
        Destination destination =
            Destination.open(plan.request().destination(), DatabaseRestores.mark(plan))) {
      Needs needs = Needs.of(session, omissions);
      note(needs);
      Copied copied = copy(new Source(server, session, properties, needs), destination);
      return new DatabaseResult(
          plan,
          recovery,
          copied.fingerprint().tables(),
          copied.fingerprint().rows(),
          copied.bytes(),
          plan.keptAs(),
          notes,
          Duration.between(plan.recovery().request().asked(), clock.instant()));
    } catch (RuntimeException e) {
      // whatever an end that was asked for broke off
      Watch.check(cancel);
      throw e;
    }
  }

  private void note(Needs needs) {
    if (!needs.subscriptions().isEmpty()) {
      notes.add(
          "left out, since a copy would take the original's changes: the subscriptions "
              + String.join(", ", needs.subscriptions()));
    }
    if (needs.unlogged() > 0) {
      notes.add(needs.unlogged() + " unlogged tables come empty: they are not in the WAL");
    }
  }

  private Copied copy(Source source, Destination destination) {
    boolean empty = plan.request().way() == Way.EMPTY;
    Needs needs = empty ? source.needs() : source.needs().with(source.properties(), omissions);
    Lacks.of(needs, destination.session(), empty).refuse();
    // what was planned for may have changed while the scratch server recovered
    destination.require(plan.request().way(), destination.facts(), plan.request().disconnect());
    return empty ? intoEmpty(source, destination) : beside(source, destination);
  }

  private Copied intoEmpty(Source source, Destination destination) {
    DatabaseProperties there = DatabaseProperties.of(destination.session(), destination.name());
    source.properties().requireEncodingOf(there);
    notes.addAll(source.properties().differencesOf(there));
    Dump dump = dump(source);
    try (OpenTransaction transaction =
        OpenTransaction.begin(
            plan.tools(), destination.address(), DatabaseRestores.id(plan), cancel)) {
      dump.into(transaction);
      transaction.awaitScript();
      Fingerprint fingerprint = compare(source, transaction);
      transaction.commit();
      return new Copied(fingerprint, dump.bytes());
    }
  }

  private Copied beside(Source source, Destination destination) {
    Beside.clearAbandoned(destination)
        .forEach(left -> notes.add("dropped " + left + ", left by a restore that was killed"));
    if (plan.request().way() == Way.DISPOSABLE) {
      destination.drop(destination.name(), plan.request().disconnect());
    }
    try (Beside beside =
        Beside.create(destination, DatabaseRestores.id(plan), source.properties(), omissions)) {
      Dump dump = dump(source);
      dump.into(beside.address());
      Fingerprint fingerprint;
      try (ServerSession copy = ServerSession.open(beside.address());
          Watch _ = new Watch(cancel, copy::abort)) {
        fingerprint = compare(source, Asking.of(copy));
      }
      Watch.check(cancel);
      listener.progress(new DatabaseProgress(DatabaseProgress.Phase.SWAP, 0, 1));
      beside.giveProperties();
      beside.takePlace(plan.keptAs(), plan.request().disconnect());
      notes.addAll(beside.notes());
      return new Copied(fingerprint, dump.bytes());
    }
  }

  private Dump dump(Source source) {
    return new Dump(
        plan.tools(),
        source.server().address(plan.request().source()),
        omissions,
        listener,
        cancel);
  }

  private Fingerprint compare(Source source, Asking copy) {
    Asking original = Asking.of(source.session());
    original.prepare();
    List<Fingerprint.Table> tables =
        source
            .session()
            .query(
                "listing the tables",
                CatalogueQueries.TABLES,
                row -> new Fingerprint.Table(row.getString(1), row.getString(2)));
    Fingerprint wanted = fingerprint(original, tables, 0);
    Fingerprint got = fingerprint(copy, tables, tables.size());
    Watch.check(cancel);
    List<String> missing = wanted.missingIn(got);
    if (!missing.isEmpty()) {
      throw new Failure(
          ErrorCode.DATABASE_DIFFERS,
          "the copy differs from what was recovered in "
              + missing.size()
              + " facts, the first: "
              + String.join("; ", missing.stream().limit(SHOWN).toList()),
          "it was not put in place; report this, and restore the cluster with --to-dir meanwhile");
    }
    return wanted;
  }

  private Fingerprint fingerprint(Asking session, List<Fingerprint.Table> tables, long before) {
    return Fingerprint.of(
        session,
        tables,
        omissions,
        done ->
            listener.progress(
                new DatabaseProgress(
                    DatabaseProgress.Phase.COMPARE, before + done, 2L * tables.size())),
        cancel::isAsked);
  }
}
