package io.mockupaws.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RoleSqlTest {
  @Test
  void givesTheRightsThatAreUsedAndNoMore() {
    assertThat(RoleSql.statements("maw", "shop", /* externalConfiguration= */ false))
        .containsExactly(
            "DO $do$ BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'maw')"
                + " THEN CREATE ROLE \"maw\"; END IF; END $do$;",
            "ALTER ROLE \"maw\" LOGIN REPLICATION;",
            "GRANT CONNECT ON DATABASE \"shop\" TO \"maw\";",
            "GRANT pg_read_all_settings TO \"maw\";",
            "GRANT EXECUTE ON FUNCTION pg_catalog.pg_backup_start(text, boolean) TO \"maw\";",
            "GRANT EXECUTE ON FUNCTION pg_catalog.pg_backup_stop(boolean) TO \"maw\";",
            "GRANT EXECUTE ON FUNCTION pg_catalog.pg_ls_dir(text, boolean, boolean) TO \"maw\";",
            "GRANT EXECUTE ON FUNCTION pg_catalog.pg_stat_file(text, boolean) TO \"maw\";",
            "GRANT EXECUTE ON FUNCTION"
                + " pg_catalog.pg_read_binary_file(text, bigint, bigint, boolean) TO \"maw\";");
  }

  @Test
  void readsOtherFilesOnlyWhereConfigurationLiesOutside() {
    assertThat(RoleSql.statements("maw", "shop", /* externalConfiguration= */ true))
        .contains("GRANT pg_read_server_files TO \"maw\";");
  }

  @Test
  void quotesNames() {
    assertThat(RoleSql.statements("o'\"x", "a b", false))
        .anyMatch(sql -> sql.contains("rolname = 'o''\"x'"))
        .contains("GRANT CONNECT ON DATABASE \"a b\" TO \"o'\"\"x\";");
    assertThat(Sql.literal("a\\b'c")).isEqualTo(" E'a\\\\b''c'");
  }

  @Test
  void isPrintedWithoutPassword() {
    ServerAddress address = ServerAddress.parse("postgresql://maw:secret@db/shop", Map.of());
    String sql = new Initialisation(address, "mockupaws_shop").printableSql();
    assertThat(sql)
        .startsWith("-- Run as a superuser")
        .contains("\\connect \"shop\"\n", "\\password \"maw\"\n", "ALTER ROLE \"maw\"")
        .doesNotContain("secret");
  }
}
