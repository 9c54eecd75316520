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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
    options.addAll(plan.request().omissions().options());
    options.add("--dbname=" + Dump.connection(into));
    if (plan.request().jobs().isPresent()) {
      options.add("--jobs=" + plan.request().jobs().getAsInt());
      bySpool(into, options);
    } else {
      options.addAll(more);
      byPipe(into, options);
    }
  }

  /**
   * Several connections read one file at several places. It is plain, for this user alone, and goes
   * in any case; what a kill leaves is removed by the next run.
   */
  private void bySpool(ServerAddress into, List<String> options) {
    Path temporary = plan.request().temporary().toAbsolutePath();
    Scratch.clearAbandoned(temporary)
        .forEach(left -> notes.add("removed " + left + ", left by a restore that was killed"));
    try (Scratch scratch = Scratch.create(Scratch.place(temporary, plan.id()))) {
      Path file = scratch.newFile("dump");
      spool(file);
      options.add(file.toString());
      try (ClientProcess program = ClientProcess.start(plan.tools(), "pg_restore", options, into);
          Watch _ = new Watch(cancel, program::end)) {
        program.finish();
      } catch (Failure e) {
        throw half(e);
      }
    }
  }

  /** Several connections are several transactions. */
  private Failure half(Failure e) {
    boolean beside = plan.request().way() != Way.EMPTY;
    String what = cancel.isAsked() ? Watch.stopped().what() : e.what();
    return new Failure(
        cancel.isAsked() ? ErrorCode.RESTORE_INTERRUPTED : e.code(),
        beside
            ? what
            : what
                + "; the database "
                + plan.request().destination().database()
                + " may hold a part of the dump",
        beside
            ? e.nextStep()
            : "drop that database and create it anew; without --jobs it is all or nothing",
        e);
  }

  private void spool(Path file) {
    try (InputStream content = content();
        OutputStream to = Files.newOutputStream(file, StandardOpenOption.WRITE)) {
      byte[] buffer = new byte[BUFFER];
      for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
        Watch.check(cancel);
        plainBytes += count;
        to.write(buffer, 0, count);
      }
    } catch (IOException e) {
      throw new Failure(
          ErrorCode.LOCAL_FILE,
          "writing " + file + " failed: " + e.getMessage(),
          "make room there, name another folder with --temp-dir, or restore without --jobs; the"
              + " destination is as it was before",
          e);
    }
  }

  private void byPipe(ServerAddress into, List<String> options) {
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
