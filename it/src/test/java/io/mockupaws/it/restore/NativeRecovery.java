package io.mockupaws.it.restore;

import static org.awaitility.Awaitility.await;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.TimelineHistory;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.StartedServer;
import io.mockupaws.it.support.HostCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** PostgreSQL's own recovery to a target of its own kinds: the judge of what ours mean. */
final class NativeRecovery {
  private NativeRecovery() {}

  /**
   * Where a recovery with these settings ends.
   *
   * @param restored a directory that was restored to the newest moment and not started
   */
  static Lsn end(EmbeddedPostgres live, Path restored, Map<String, String> target) {
    Path directory = restored.resolveSibling("native");
    try {
      HostCommand.run("cp", "-a", restored.toString(), directory.toString());
      StringBuilder settings = new StringBuilder("\nrecovery_target_lsn = ''\n");
      target.forEach((name, value) -> settings.append(name + " = '" + value + "'\n"));
      Files.writeString(
          directory.resolve("postgresql.auto.conf"), settings, StandardOpenOption.APPEND);
      Path control = live.binaries().folder().resolve("pg_ctl");
      String log = directory.resolve("native.log").toString();
      HostCommand.run(
          live.user()
              .command(
                  List.of(
                      control.toString(), "start", "-w", "-D", directory.toString(), "-l", log)));
      Timeline made = new Timeline(2);
      Path history = directory.resolve("pg_wal").resolve(made.historyFileName());
      // pg_ctl does not wait for the end of a recovery that nobody can connect to
      await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(history));
      return TimelineHistory.parse(made, Files.readString(history)).begin();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      StartedServer.kill(directory);
      FileTrees.delete(directory);
    }
  }
}
