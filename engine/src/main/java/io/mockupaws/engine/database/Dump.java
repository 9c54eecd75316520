package io.mockupaws.engine.database;

import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.restore.Cancel;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/** A dump of one database on its way through this process. */
final class Dump {
  private static final int BUFFER = 256 << 10;

  private final ClientTools tools;
  private final ServerAddress source;
  private final Omissions omissions;
  private final DatabaseListener listener;
  private final Cancel cancel;
  private long bytes;

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
    return bytes;
  }

  /** Statement by statement into a transaction that its owner commits, or not. */
  void into(OpenTransaction transaction) {
    List<String> options = new ArrayList<>(List.of("--format=plain"));
    options.addAll(omissions.options());
    copy(options, transaction.program());
  }

  /** Into a database of our own, by {@code pg_restore}; what it holds after a failure is no use. */
  void into(ServerAddress ours) {
    String name = ours.database().replace("\\", "\\\\").replace("'", "\\'");
    List<String> options =
        new ArrayList<>(List.of("--exit-on-error", "--dbname=dbname='" + name + "'"));
    options.addAll(omissions.options());
    try (ClientProcess restore = ClientProcess.start(tools, "pg_restore", options, ours);
        Watch _ = new Watch(cancel, restore::close)) {
      copy(List.of("--format=custom", "--compress=0"), restore);
      try {
        restore.input().close();
      } catch (IOException e) {
        throw ended(restore);
      }
      restore.finish();
    } catch (RuntimeException e) {
      Watch.check(cancel);
      throw e;
    }
  }

  /** Subscriptions stay behind: a copy of one would take the changes of the original. */
  private void copy(List<String> options, ClientProcess sink) {
    List<String> all = new ArrayList<>(List.of("--no-subscriptions"));
    all.addAll(options);
    try (ClientProcess dump = ClientProcess.start(tools, "pg_dump", all, source);
        Watch _ = new Watch(cancel, dump::close)) {
      dump.input().close();
      byte[] buffer = new byte[BUFFER];
      OutputStream to = sink.input();
      for (int n = dump.output().read(buffer); n >= 0; n = dump.output().read(buffer)) {
        Watch.check(cancel);
        write(to, buffer, n, sink);
        bytes += n;
        listener.progress(new DatabaseProgress(DatabaseProgress.Phase.COPY, bytes, 0));
      }
      Watch.check(cancel);
      dump.finish();
    } catch (IOException e) {
      Watch.check(cancel);
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void write(OutputStream to, byte[] buffer, int length, ClientProcess sink) {
    try {
      to.write(buffer, 0, length);
      to.flush();
    } catch (IOException e) {
      throw ended(sink);
    }
  }

  /** It reads no more: it has said why. */
  private RuntimeException ended(ClientProcess sink) {
    Watch.check(cancel);
    return sink.failure();
  }
}
