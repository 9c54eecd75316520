package io.mockupaws.engine.database;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.client.ClientProcess;
import io.mockupaws.engine.client.Watch;
import io.mockupaws.engine.cluster.DatabaseProperties;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.restore.Cancel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** A dump on its way into a database. */
final class DumpRun {
  private static final int BUFFER = 256 * 1024;

  private static final String TABLES =
      """
      SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
         AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      """;

  private final DumpPlan plan;
  private final DatabaseListener listener;
  private final Cancel cancel;
  private final InstantSource clock;
  private final List<String> notes = new ArrayList<>();
  private long plainBytes;

  DumpRun(DumpPlan plan, DatabaseListener listener, Cancel cancel, InstantSource clock) {
    this.plan = plan;
    this.listener = listener;
    this.cancel = cancel;
    this.clock = clock;
  }

  DumpResult bring() {
    long tables;
    try (Destination destination =
        Destination.open(plan.request().destination(), Beside.mark(plan.id()))) {
      destination.require(plan.request().way(), destination.facts(), plan.request().disconnect());
      tables =
          switch (plan.request().way()) {
            case EMPTY -> intoEmpty(destination);
            case REPLACE, DISPOSABLE -> beside(destination);
          };
    }
    return new DumpResult(
        plan, plainBytes, tables, notes, Duration.between(plan.request().asked(), clock.instant()));
  }

  private long intoEmpty(Destination destination) {
    DumpRestores.properties(plan.dump())
        .ifPresent(
            source ->
                notes.addAll(
                    source.differencesOf(
                        DatabaseProperties.of(destination.session(), destination.name()))));
    restore(destination.address(), List.of("--single-transaction"));
    return tables(destination.address());
  }

  private long beside(Destination destination) {
    Beside.clearAbandoned(destination)
        .forEach(left -> notes.add("dropped " + left + ", left by a restore that was killed"));
    if (plan.request().way() == Way.DISPOSABLE) {
      drop(destination);
    }
    DatabaseProperties properties = DumpRestores.properties(plan.dump()).orElseThrow();
    try (Beside beside =
        Beside.create(destination, plan.id(), properties, plan.request().omissions())) {
      restore(beside.address(), List.of());
      long tables = tables(beside.address());
      Watch.check(cancel);
      listener.progress(new DatabaseProgress(DatabaseProgress.Phase.SWAP, 0, 1));
      beside.giveProperties();
      beside.takePlace(plan.keptAs(), plan.request().disconnect());
      notes.addAll(beside.notes());
      return tables;
    }
  }

  /** What is dropped does not come back: first everything that takes its place is read. */
  private void drop(Destination destination) {
    try (InputStream content = content()) {
      byte[] buffer = new byte[BUFFER];
      while (content.read(buffer) >= 0) {
        Watch.check(cancel);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (plan.request().disconnect()) {
      destination.disconnect(destination.name());
    }
    destination.drop(destination.name());
  }

  private InputStream content() {
    return plan.dump()
        .content(
            read ->
                listener.progress(
                    new DatabaseProgress(DatabaseProgress.Phase.COPY, read, plan.dump().size())));
  }

  private void restore(ServerAddress into, List<String> more) {
    List<String> options = new ArrayList<>(List.of("--exit-on-error", "--no-subscriptions"));
    options.addAll(more);
    options.addAll(plan.request().omissions().options());
    options.add("--dbname=" + Dump.connection(into));
    try (ClientProcess program = ClientProcess.start(plan.tools(), "pg_restore", options, into);
        Watch _ = new Watch(cancel, program::end)) {
      try (InputStream content = content()) {
        feed(content, program);
      }
      program.finish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      Watch.check(cancel);
      throw e;
    }
  }

  /** Every byte was authenticated before it goes there, and the end comes only behind the last. */
  private void feed(InputStream content, ClientProcess program) throws IOException {
    byte[] buffer = new byte[BUFFER];
    OutputStream to = program.input();
    for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
      Watch.check(cancel);
      plainBytes += count;
      try {
        to.write(buffer, 0, count);
      } catch (IOException e) {
        // it reads no more, and has said why
        Watch.check(cancel);
        throw program.failure();
      }
    }
    try {
      to.close();
    } catch (IOException e) {
      Watch.check(cancel);
      throw program.failure();
    }
  }

  private long tables(ServerAddress address) {
    try (ServerSession session = ServerSession.open(address)) {
      return session.one("counting the tables", TABLES, row -> row.getLong(1));
    } catch (Failure e) {
      if (e.code() == ErrorCode.SERVER_UNREACHABLE) {
        throw e;
      }
      notes.add("what was restored could not be counted: " + e.what());
      return 0;
    }
  }
}
