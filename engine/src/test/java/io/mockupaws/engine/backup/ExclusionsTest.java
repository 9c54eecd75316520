package io.mockupaws.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExclusionsTest {
  private final Exclusions exclusions =
      new Exclusions("PG_16_202307071", 16, List.of("spaces/inside"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PG_VERSION",
        "postgresql.conf",
        "postgresql.auto.conf",
        "pg_hba.conf",
        "server.key",
        "standby.signal",
        "current_logfiles",
        "log/postgresql.log",
        "global/1260",
        "global/1260_fsm",
        "global/pg_filenode.map",
        "base/5/PG_VERSION",
        "base/5/16384",
        "base/5/16384_vm.1",
        "base/5/16384_init",
        "base/5/t_not_temporary",
        "pg_xact/0000",
        "pg_multixact/offsets/0000",
        "pg_commit_ts/0000",
        "pg_twophase/0000000000000300",
        "pg_logical/replorigin_checkpoint",
        "pg_stat/pg_stat_statements.stat",
        "pg_tblspc/16400/PG_16_202307071/5/16401",
        "extension/pgsql.tmp",
        "t3_16384",
        "pg_notify",
      })
  void takes(String file) {
    assertThat(exclusions.of(file, false)).isEqualTo(Exclusions.Verdict.TAKE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postmaster.pid",
        "postmaster.opts",
        "postgresql.auto.conf.tmp",
        "current_logfiles.tmp",
        "backup_label",
        "backup_label.old",
        "tablespace_map",
        "tablespace_map.old",
        "backup_manifest",
        "global/pg_control",
        "global/pg_internal.init",
        "global/pg_internal.init.123",
        "base/5/pg_internal.init",
        "base/5/t3_16384",
        "base/5/t12_16384_fsm.2",
        "pg_tblspc/16400/PG_16_202307071/5/t3_16401",
        "pg_tblspc/16400/PG_15_202209061/5/16401",
        "pg_tblspc/16400/stray",
        "base/pgsql_tmp/pgsql_tmp123.0",
        "pgsql_tmp.stray",
        ".s.PGSQL.5432",
        ".s.PGSQL.5432.lock",
      })
  void leavesOut(String file) {
    assertThat(exclusions.of(file, false)).isEqualTo(Exclusions.Verdict.LEAVE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pg_wal",
        "pg_dynshmem",
        "pg_notify",
        "pg_replslot",
        "pg_serial",
        "pg_snapshots",
        "pg_stat_tmp",
        "pg_subtrans",
        "spaces/inside",
      })
  void makesAgainWithoutContents(String directory) {
    assertThat(exclusions.of(directory, true)).isEqualTo(Exclusions.Verdict.EMPTY_DIRECTORY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "base",
        "base/5",
        "pg_tblspc",
        "pg_tblspc/16400",
        "pg_tblspc/16400/PG_16_202307071",
        "pg_tblspc/16400/PG_16_202307071/5",
        "pg_logical/snapshots",
        "extension/pg_wal",
        "spaces",
      })
  void entersDirectories(String directory) {
    assertThat(exclusions.of(directory, true)).isEqualTo(Exclusions.Verdict.TAKE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"base/pgsql_tmp", "pg_tblspc/16400/PG_15_202209061", "pg_tblspc/16400/other"})
  void leavesOutDirectories(String directory) {
    assertThat(exclusions.of(directory, true)).isEqualTo(Exclusions.Verdict.LEAVE);
  }

  @Test
  void makesWhatTheServerLooksForInItsWal() {
    assertThat(exclusions.made()).containsExactly("pg_wal/archive_status");
    assertThat(new Exclusions("PG_17_202406281", 17, List.of()).made())
        .containsExactly("pg_wal/archive_status", "pg_wal/summaries");
  }
}
