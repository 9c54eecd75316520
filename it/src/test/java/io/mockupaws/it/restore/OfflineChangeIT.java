package io.mockupaws.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.pg.PageChecksum;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.backup.BackupPlan;
import io.mockupaws.engine.backup.BackupProgress;
import io.mockupaws.engine.backup.BackupRequest;
import io.mockupaws.engine.backup.BackupRequest.Kind;
import io.mockupaws.engine.backup.BackupRequest.Reading;
import io.mockupaws.engine.backup.BackupResult;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/** What is done to files while the server is down, of which the WAL says nothing. */
class OfflineChangeIT {
  private static final int PAGE = 8192;
  private static final int PAGE_CHECKSUM_OFFSET = 8;

  /** A page in the middle of its file, of which nothing changes through the server. */
  private static final int CHANGED = 3;

  @EveryVersion
  void isInTheNextIncrementalBackup(int major) throws IOException {
    boolean checksums = major != 16;
    Reading reading = major % 2 == 0 ? Reading.SQL : Reading.DIRECT;
    BackupRequest request = new BackupRequest(reading, 2, true).as(Kind.INCREMENTAL);
    try (EmbeddedPostgres live = server(major, checksums);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory())) {
      live.run(
          "CREATE TABLE busy (n int)",
          "CREATE TABLE quiet AS SELECT n, 'before ' || n AS t FROM generate_series(1, 50000) n",
          "VACUUM FREEZE quiet",
          "CHECKPOINT");
      BackupResult full =
          cluster.backup(new BackupRequest(reading, 2, true), BackupProgress.none());

      live.run("INSERT INTO busy SELECT generate_series(1, 1000)");
      cluster.awaitDurable();
      assertThat(cluster.backups().plan(request).unwatchedFiles()).isZero();
      BackupResult watched = cluster.backup(request, BackupProgress.none());
      assertThat(watched.readBytes()).isLessThan(full.bytes() / 4);

      Path file = file(live, "quiet");
      long size = Files.size(file);
      live.stop();
      change(file, checksums);
      live.start();
      try (Sql sql = live.sql("postgres")) {
        assertThat(sql.value("SELECT count(*) FROM quiet WHERE t LIKE 'behind %'"))
            .as("the server reads what was changed by hand")
            .isNotEqualTo("0");
      }
      cluster.awaitDurable();
      BackupPlan plan = cluster.backups().plan(request);
      assertThat(plan.base()).contains(watched.id());
      assertThat(plan.unwatchedFiles()).isPositive();
      assertThat(plan.readBytes()).isGreaterThanOrEqualTo(size);
      BackupResult next = cluster.backup(request, BackupProgress.none());
      assertThat(next.base()).contains(watched.id());
      Equivalence.mark(live);
      cluster.awaitDurable();
      Equivalence.assertSound(cluster, next.toString());
      Equivalence.assertServes(cluster, live, next.toString());
    }
  }

  private static EmbeddedPostgres server(int major, boolean checksums) {
    return EmbeddedPostgres.builder(major)
        .checksums(checksums)
        .segmentMegabytes(4)
        .setting("wal_level", "replica")
        .setting("autovacuum", "off")
        .start();
  }

  private static Path file(EmbeddedPostgres live, String table) {
    try (Sql sql = live.sql("postgres")) {
      return live.dataDirectory()
          .resolve(sql.value("SELECT pg_relation_filepath('" + table + "')"));
    }
  }

  /** Other rows in one page, valid as it is; size and time stay what they were. */
  private static void change(Path file, boolean checksums) throws IOException {
    FileTime modified = Files.getLastModifiedTime(file);
    byte[] content = Files.readAllBytes(file);
    String page =
        new String(content, CHANGED * PAGE, PAGE, StandardCharsets.ISO_8859_1)
            .replace("before ", "behind ");
    byte[] changed = page.getBytes(StandardCharsets.ISO_8859_1);
    if (checksums) {
      ByteBuffer bytes = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
      bytes.putShort(PAGE_CHECKSUM_OFFSET, (short) PageChecksum.of(bytes.duplicate(), CHANGED));
    }
    System.arraycopy(changed, 0, content, CHANGED * PAGE, PAGE);
    Files.write(file, content);
    Files.setLastModifiedTime(file, modified);
  }
}
