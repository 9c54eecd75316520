package io.mockupaws.engine.database;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.client.ClientProcess;
import io.mockupaws.engine.client.Watch;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.restore.Cancel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@code pg_dump} wrote, on its way to {@code pg_restore}: by a pipe, or as a file that
 * several connections read at several places. That file is plain, for this user alone, and goes in
 * any case; what a kill leaves is removed by the next restore.
 */
final class DumpContent implements AutoCloseable {
  private static final int BUFFER = 256 * 1024;

  private final DumpPlan plan;
  private final DatabaseListener listener;
  private final Cancel cancel;
  private Optional<Scratch> scratch = Optional.empty();
  private Optional<Path> file = Optional.empty();
  private long plainBytes;

  DumpContent(DumpPlan plan, DatabaseListener listener, Cancel cancel) {
    this.plan = plan;
    this.listener = listener;
    this.cancel = cancel;
  }

  /** Bytes that {@code pg_restore} was given. */
  long plainBytes() {
    return plainBytes;
  }

  /**
   * Makes the file where one is wanted; reads all of it otherwise, where it has to be known to be
   * whole before anything is dropped.
   */
  void prepare(boolean wholeFirst) {
    if (plan.request().jobs().isPresent()) {
      Path temporary = plan.request().temporary().toAbsolutePath();
      Scratch made = Scratch.create(Scratch.place(temporary, plan.id()));
      scratch = Optional.of(made);
      Path to = made.newFile("dump");
      spool(to);
      file = Optional.of(to);
    } else if (wholeFirst) {
      readThrough();
    }
  }

  private void readThrough() {
    try (InputStream content = content()) {
      byte[] buffer = new byte[BUFFER];
      while (content.read(buffer) >= 0) {
        Watch.check(cancel);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void spool(Path to) {
    try (InputStream content = content();
        OutputStream out = Files.newOutputStream(to, StandardOpenOption.WRITE)) {
      byte[] buffer = new byte[BUFFER];
      for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
        Watch.check(cancel);
        plainBytes += count;
        out.write(buffer, 0, count);
      }
    } catch (IOException e) {
      throw new Failure(
          ErrorCode.LOCAL_FILE,
          "writing " + to + " failed: " + e.getMessage(),
          "make room there, name another folder with --temp-dir, or restore without --jobs",
          e);
    }
  }

  private InputStream content() {
    return plan.dump()
        .content(
            read ->
                listener.progress(
                    new DatabaseProgress(DatabaseProgress.Phase.COPY, read, plan.dump().size())));
  }

  /**
   * Lets {@code pg_restore} bring it into a database.
   *
   * @param oneTransaction whether all of it is one, where one connection does it
   */
  void restore(ServerAddress into, boolean oneTransaction) {
    List<String> options = new ArrayList<>(List.of("--exit-on-error", "--no-subscriptions"));
    options.addAll(plan.request().omissions().options());
    options.add("--dbname=" + Dump.connection(into));
    if (file.isPresent()) {
      options.add("--jobs=" + plan.request().jobs().orElse(1));
      options.add(file.get().toString());
    } else if (oneTransaction) {
      options.add("--single-transaction");
    }
    try (ClientProcess program = ClientProcess.start(plan.tools(), "pg_restore", options, into);
        Watch _ = new Watch(cancel, program::end)) {
      if (file.isEmpty()) {
        try (InputStream content = content()) {
          feed(content, program);
        }
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

  @Override
  public void close() {
    scratch.ifPresent(Scratch::close);
  }
}
