package io.mockupaws.it.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.FreePort;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.demo.postgres.StartedServer;
import io.mockupaws.it.support.HostCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/**
 * PostgreSQL's recovery of one restored directory, that pauses at one moment after the other, each
 * behind the one before: many moments for the price of one restore.
 */
final class Stops implements AutoCloseable {
  private final EmbeddedPostgres live;
  private final Path directory;
  private final int port = FreePort.find();

  /**
   * Stops of a recovery.
   *
   * @param restored a directory that was restored to the newest moment and not started
   */
  Stops(EmbeddedPostgres live, Path restored) {
    this.live = live;
    this.directory = restored;
  }

  /** Replays up to a record, that one included. */
  void goTo(Lsn record) {
    try {
      Files.writeString(
          directory.resolve("postgresql.auto.conf"),
          "\nrecovery_target_lsn = '%s'\nrecovery_target_inclusive = on\nport = %d\n"
                  .formatted(record, port)
              + "recovery_target_action = pause\nhot_standby = on\n",
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String what = StartedServer.isRunning(directory) ? "restart" : "start";
    HostCommand.run(
        live.user()
            .command(
                List.of(
                    live.binaries().folder().resolve("pg_ctl").toString(),
                    what,
                    "-w",
                    "-m",
                    "fast",
                    "-D",
                    directory.toString(),
                    "-l",
                    directory.resolve("stops.log").toString())));
    try (Sql sql = sql("postgres")) {
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> sql.value("SELECT pg_get_wal_replay_pause_state()").equals("paused"));
    }
  }

  Sql sql(String database) {
    return live.login().at(port).sql(database);
  }

  /** Whether a query counts so many rows at this moment. */
  void count(Mistakes.Loss loss) {
    try (Sql sql = sql(loss.database())) {
      assertThat(sql.number(loss.query())).as("before: " + loss.told()).isEqualTo(loss.rows());
    }
  }

  @Override
  public void close() {
    StartedServer.kill(directory);
  }
}
