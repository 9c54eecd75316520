package io.mockupaws.engine.database;

import io.mockupaws.engine.client.ClientProcess;
import io.mockupaws.engine.client.ClientTools;
import io.mockupaws.engine.client.Watch;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.restore.Cancel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;

/** A dump of one database on its way through this process. */
final class Dump {
  private static final int BUFFER = 256 << 10;

  private final ClientTools tools;
  private final ServerAddress source;
  private final Omissions omissions;
  private final DatabaseListener listener;
  private final Cancel cancel;
  private final AtomicLong bytes = new AtomicLong();

  Dump(
      ClientTools tools,
      ServerAddress source,
      Omissions omissions,
      DatabaseListener listener,
      Cancel cancel) {
    this.tools = tools;
    this.source = source;
    this.omissions = omissions;
    this.listener = listener;
    this.cancel = cancel;
  }

  /** What went through. */
  long bytes() {
    return bytes.get();
  }

  /**
   * Statement by statement into a transaction that its owner commits, or not. {@code pg_restore}
   * makes the script and not {@code pg_dump}: only it leaves large objects in the one transaction.
   */
  void into(OpenTransaction transaction) {
    List<String> options = new ArrayList<>(List.of("--single-transaction", "--file=-"));
    options.addAll(omissions.options());
    CompletableFuture<Void> feeding = new CompletableFuture<>();
    try (ClientProcess script = ClientProcess.start(tools, "pg_restore", options, source);
        Watch _ = new Watch(cancel, script::end)) {
      Thread feeder = Thread.startVirtualThread(() -> feed(script, feeding));
      WithoutCommit statements = new WithoutCommit(transaction.program().input());
      try {
        pass(script.output(), statements, transaction.program(), _ -> {});
      } catch (RuntimeException e) {
        script.end();
        feeder.interrupt();
        throw e;
      }
      await(feeding);
      script.finish();
      write(statements::finish, transaction.program());
    } catch (RuntimeException e) {
      Watch.check(cancel);
      throw e;
    }
  }

  private void feed(ClientProcess script, CompletableFuture<Void> done) {
    try {
      copy(script);
      script.input().close();
      done.complete(null);
    } catch (IOException | RuntimeException e) {
      script.end();
      done.completeExceptionally(e);
    }
  }

  private static void await(CompletableFuture<Void> done) {
    try {
      done.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** The database's name as libpq takes it apart: a name may look like an address. */
  static String connection(ServerAddress server) {
    return "dbname='" + server.database().replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  /** Into a database of our own, by {@code pg_restore}; what it holds after a failure is no use. */
  void into(ServerAddress ours) {
    List<String> options =
        new ArrayList<>(List.of("--exit-on-error", "--dbname=" + connection(ours)));
    options.addAll(omissions.options());
    try (ClientProcess restore = ClientProcess.start(tools, "pg_restore", options, ours);
        Watch _ = new Watch(cancel, restore::end)) {
      copy(restore);
      write(restore.input()::close, restore);
      restore.finish();
    } catch (RuntimeException e) {
      Watch.check(cancel);
      throw e;
    }
  }

  /** Subscriptions stay behind: a copy of one would take the changes of the original. */
  private void copy(ClientProcess sink) {
    List<String> options = List.of("--no-subscriptions", "--format=custom", "--compress=0");
    try (ClientProcess dump = ClientProcess.start(tools, "pg_dump", options, source);
        Watch _ = new Watch(cancel, dump::end)) {
      write(dump.input()::close, dump);
      pass(dump.output(), sink.input(), sink, bytes::addAndGet);
      Watch.check(cancel);
      dump.finish();
    }
  }

  private void pass(InputStream from, OutputStream to, ClientProcess sink, IntConsumer counting) {
    byte[] buffer = new byte[BUFFER];
    for (int n = read(from, buffer); n >= 0; n = read(from, buffer)) {
      Watch.check(cancel);
      int length = n;
      write(() -> to.write(buffer, 0, length), sink);
      write(to::flush, sink);
      counting.accept(n);
      listener.progress(new DatabaseProgress(DatabaseProgress.Phase.COPY, bytes.get(), 0));
    }
  }

  /** A program that was ended by us is read to its end. */
  private static int read(InputStream from, byte[] buffer) {
    try {
      return from.read(buffer);
    } catch (IOException e) {
      return -1;
    }
  }

  /** Something done to a program's input. */
  @FunctionalInterface
  private interface Writing {
    void run() throws IOException;
  }

  /** A program that reads no more has said why. */
  private void write(Writing writing, ClientProcess sink) {
    try {
      writing.run();
    } catch (IOException e) {
      Watch.check(cancel);
      throw sink.failure();
    }
  }
}
