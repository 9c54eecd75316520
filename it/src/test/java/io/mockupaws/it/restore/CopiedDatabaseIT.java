package io.mockupaws.it.restore;

import static io.mockupaws.it.restore.RestoreIT.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.backup.BackupProgress;
import io.mockupaws.engine.backup.BackupResult;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.store.Stores;
import java.util.concurrent.atomic.AtomicBoolean;

/** A database made by copying files, of which WAL holds nothing but that it was done. */
class CopiedDatabaseIT {

  @EveryVersion
  void aBackupDuringTheCopyIsTakenAgainAndSaysSo(int major) {
    try (EmbeddedPostgres live = ProtectedCluster.server(major);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory());
        Copy copy = new Copy(cluster.repository())) {
      live.run("CREATE DATABASE pattern");
      fill(live, "pattern");
      BackupResult backup = cluster.backup(copyingWhileItReads(live));
      assertThat(backup.warnings())
          .singleElement(STRING)
          .contains("taken again", "created by file copy");
      assertThat(backup.start())
          .as("begun behind the copy")
          .isGreaterThan(Lsn.parse(backup.warnings().getFirst().replaceAll(".* at ", "")));
      assertThat(cluster.repository().backupIds()).containsExactly(backup.id());
      assertThat(cluster.repository().list("packs/"))
          .as("of the first attempt nothing is left")
          .allMatch(pack -> pack.key().value().contains(backup.id().value()));
      cluster.awaitDurable();
      copy.restore(started(live.binaries()));
      try (Sql sql = copy.sql(live.login(), "copied")) {
        assertThat(sql.value("SELECT count(*) || ' ' || sum(i) FROM t")).isEqualTo("5000 12502500");
      }
    }
  }

  /** Once files are being read; the server's own way of making it is another one since 15. */
  private static BackupProgress copyingWhileItReads(EmbeddedPostgres live) {
    AtomicBoolean done = new AtomicBoolean();
    return new BackupProgress() {
      @Override
      public void report(State state) {
        if (state.phase() == Phase.READING && done.compareAndSet(false, true)) {
          live.run("CREATE DATABASE copied TEMPLATE pattern STRATEGY file_copy");
        }
      }

      @Override
      public boolean cancelled() {
        return false;
      }
    };
  }

  private static void fill(EmbeddedPostgres live, String database) {
    try (Sql sql = live.sql(database)) {
      sql.run("CREATE TABLE t (i int)", "INSERT INTO t SELECT generate_series(1, 5000)");
    }
  }
}
