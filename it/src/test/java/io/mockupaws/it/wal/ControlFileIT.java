package io.mockupaws.it.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.pg.ControlFile;
import io.mockupaws.core.pg.Fork;
import io.mockupaws.core.pg.MajorVersion;
import io.mockupaws.core.pg.PageChecksum;
import io.mockupaws.core.pg.PageFinding;
import io.mockupaws.core.pg.PageHeader;
import io.mockupaws.core.pg.RelationPath;
import io.mockupaws.core.pg.ServerVersion;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.EveryVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The control file says what the server says, and every page's checksum is the server's. */
class ControlFileIT {

  @EveryVersion
  void saysWhatTheServerSays(int major) throws Exception {
    try (EmbeddedPostgres server =
        EmbeddedPostgres.builder(major)
            .segmentMegabytes(4)
            .checksums(major % 2 == 0)
            .setting("wal_level", "logical")
            .setting("max_connections", "77")
            .setting("max_worker_processes", "11")
            .setting("max_wal_senders", "12")
            .setting("max_prepared_transactions", "13")
            .setting("max_locks_per_transaction", "70")
            .setting("track_commit_timestamp", major == 15 ? "on" : "off")
            .setting("wal_log_hints", major == 16 ? "on" : "off")
            .start()) {
      server.run("CREATE TABLE t AS SELECT 1", "CHECKPOINT");
      ControlFile file =
          ControlFile.parse(
              Files.readAllBytes(server.dataDirectory().resolve("global/pg_control")));
      try (Sql sql = server.sql("postgres")) {
        compare(file, sql);
        int num = (int) sql.number("SELECT current_setting('server_version_num')");
        MajorVersion version = new ServerVersion(num).known();
        assertThat(version.number()).isEqualTo(major);
        assertThat(file.majorVersion()).contains(version);
        assertThat(file.controlVersion()).isEqualTo(version.controlFileVersion());
      }
    }
  }

  private static void compare(ControlFile file, Sql sql) {
    assertThat(file.state()).isEqualTo(ControlFile.State.IN_PRODUCTION);
    assertThat(
            List.of(
                Integer.toString(file.controlVersion()),
                Integer.toString(file.catalogVersion()),
                Long.toUnsignedString(file.systemIdentifier()),
                Long.toString(file.modified().getEpochSecond())))
        .isEqualTo(
            sql.rows(
                    "SELECT pg_control_version, catalog_version_no, system_identifier,"
                        + " extract(epoch FROM pg_control_last_modified)::bigint"
                        + " FROM pg_control_system()")
                .getFirst());
    assertThat(
            List.of(
                file.checkpoint().toString(),
                file.lastCheckpoint().redo().toString(),
                file.lastCheckpoint().timeline().toString(),
                file.lastCheckpoint().previousTimeline().toString(),
                file.lastCheckpoint().fullPageWrites() ? "t" : "f",
                (file.lastCheckpoint().nextXid() >>> 32)
                    + ":"
                    + (int) file.lastCheckpoint().nextXid(),
                Integer.toUnsignedString(file.lastCheckpoint().nextOid()),
                Long.toString(file.lastCheckpoint().time().getEpochSecond())))
        .isEqualTo(
            sql.rows(
                    "SELECT checkpoint_lsn, redo_lsn, timeline_id, prev_timeline_id,"
                        + " full_page_writes, next_xid, next_oid,"
                        + " extract(epoch FROM checkpoint_time)::bigint"
                        + " FROM pg_control_checkpoint()")
                .getFirst());
    assertThat(
            List.of(
                Integer.toString(file.shape().blockSize()),
                Integer.toString(file.shape().relationSegmentBlocks()),
                Integer.toString(file.shape().walBlockSize()),
                Integer.toString(file.shape().walSegmentSize()),
                Integer.toString(file.shape().checksumVersion())))
        .isEqualTo(
            sql.rows(
                    "SELECT database_block_size, blocks_per_segment, wal_block_size,"
                        + " bytes_per_wal_segment, data_page_checksum_version FROM"
                        + " pg_control_init()")
                .getFirst());
    assertThat(
            List.of(
                file.settings().walLevel().name().toLowerCase(java.util.Locale.ROOT),
                file.settings().walLogHints() ? "on" : "off",
                Integer.toString(file.settings().maxConnections()),
                Integer.toString(file.settings().maxWorkerProcesses()),
                Integer.toString(file.settings().maxWalSenders()),
                Integer.toString(file.settings().maxPreparedTransactions()),
                Integer.toString(file.settings().maxLocksPerTransaction()),
                file.settings().trackCommitTimestamp() ? "on" : "off"))
        .isEqualTo(
            sql.rows(
                    "SELECT current_setting('wal_level'), current_setting('wal_log_hints'),"
                        + " current_setting('max_connections'),"
                        + " current_setting('max_worker_processes'),"
                        + " current_setting('max_wal_senders'),"
                        + " current_setting('max_prepared_transactions'),"
                        + " current_setting('max_locks_per_transaction'),"
                        + " current_setting('track_commit_timestamp')")
                .getFirst());
    assertThat(file.minRecoveryPoint().value()).isZero();
    assertThat(file.backupEndRequired()).isFalse();
  }

  @EveryVersion
  void findsEveryPagesChecksumRight(int major) throws Exception {
    try (EmbeddedPostgres server = Workload.server(major, 16).start()) {
      new Workload(server).everything(1);
      server.stop();

      Map<Fork, Long> pages = new EnumMap<>(Fork.class);
      try (Stream<Path> files = Files.walk(server.dataDirectory())) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          String path = server.dataDirectory().relativize(file).toString();
          Optional<RelationPath> relation = RelationPath.parse(path);
          if (relation.isPresent()) {
            long checked = check(file, relation.get());
            pages.merge(relation.get().fork(), checked, Long::sum);
          }
        }
      }
      assertThat(pages.get(Fork.MAIN)).isGreaterThan(8_000);
      assertThat(pages.get(Fork.FREE_SPACE)).isGreaterThan(100);
      assertThat(pages.get(Fork.VISIBILITY)).isGreaterThan(50);
    }
  }

  private static long check(Path file, RelationPath relation) throws IOException {
    ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file));
    long checked = 0;
    for (int at = 0; at < content.capacity(); at += 8192) {
      long block = relation.firstBlock(131072) + at / 8192;
      PageFinding finding = PageFinding.of(content, at, 8192, block, true);
      assertThat(finding.isFine()).as("%s block %d: %s", file, block, finding).isTrue();
      if (finding == PageFinding.SOUND) {
        assertThat(PageChecksum.of(content, at, 8192, block))
            .isEqualTo(PageHeader.checksum(content, at));
        checked++;
      }
    }
    return checked;
  }
}
