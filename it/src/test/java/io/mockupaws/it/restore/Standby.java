package io.mockupaws.it.restore;

import static org.awaitility.Awaitility.await;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.HostCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.function.IntFunction;

/** A server that follows another one. */
final class Standby {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Standby() {}

  /**
   * A copy of the primary's files that follows it. The server lets anyone of this host in: a copy
   * has the other server's passwords.
   *
   * @param server makes a server of a major version, set up as the primary is
   */
  static EmbeddedPostgres of(EmbeddedPostgres primary, IntFunction<EmbeddedPostgres> server)
      throws IOException {
    EmbeddedPostgres standby = server.apply(primary.binaries().major());
    Path data = standby.dataDirectory();
    standby.stop();
    primary.stop();
    FileTrees.delete(data);
    HostCommand.run("cp", "-a", primary.dataDirectory().toString(), data.toString());
    Files.writeString(
        data.resolve("postgresql.conf"),
        ("\nport = %d\nprimary_conninfo = 'host=127.0.0.1 port=%d user=postgres'\n"
                + "primary_slot_name = 'standby'\n")
            .formatted(standby.port(), primary.port()),
        StandardOpenOption.APPEND);
    standby.user().own(Files.createFile(data.resolve("standby.signal")));
    primary.start();
    // without it a slow start of the standby finds its WAL removed, and never catches up
    primary.run("SELECT pg_create_physical_replication_slot('standby', true)");
    standby.start();
    return standby;
  }

  /** The standby hears no more of its primary. It is not stopped: what it changes is in WAL. */
  static void leaveAlone(EmbeddedPostgres standby) {
    standby.run("ALTER SYSTEM SET primary_conninfo = ''", "SELECT pg_reload_conf()");
    try (Sql sql = standby.sql("postgres")) {
      await()
          .atMost(PATIENCE)
          .until(() -> sql.value("SELECT count(*) FROM pg_stat_wal_receiver").equals("0"));
    }
  }

  /** Returns when the standby has replayed what its primary has written so far. */
  static void awaitReplay(EmbeddedPostgres primary, EmbeddedPostgres standby) {
    String written;
    try (Sql sql = primary.sql("postgres")) {
      written = sql.value("SELECT pg_current_wal_lsn()");
    }
    try (Sql sql = standby.sql("postgres")) {
      await()
          .atMost(PATIENCE)
          .until(
              () -> sql.value("SELECT pg_last_wal_replay_lsn() >= '" + written + "'").equals("t"));
    }
  }
}
