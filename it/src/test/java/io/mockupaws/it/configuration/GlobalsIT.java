package io.mockupaws.it.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.DebianCluster;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.it.support.HostCommand;
import io.mockupaws.it.support.Program;
import io.mockupaws.it.support.Protection;
import io.mockupaws.it.support.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Roles and tablespaces of one server, run on another of its version, are the same there. */
class GlobalsIT {
  static final List<String> MADE =
      List.of(
          "SET password_encryption = 'scram-sha-256'",
          "CREATE ROLE \"Group, of \"\"all\"\"\" NOINHERIT CREATEROLE",
          "CREATE ROLE clerk LOGIN PASSWORD 'it''s a secret' CONNECTION LIMIT 7"
              + " VALID UNTIL '2031-02-03 04:05:06.789+02'",
          "CREATE ROLE forever LOGIN VALID UNTIL 'infinity' BYPASSRLS REPLICATION",
          "CREATE ROLE chief CREATEDB",
          "GRANT \"Group, of \"\"all\"\"\" TO chief WITH ADMIN OPTION",
          "GRANT pg_monitor TO clerk",
          "SET ROLE chief",
          "GRANT \"Group, of \"\"all\"\"\" TO clerk",
          "RESET ROLE",
          "COMMENT ON ROLE clerk IS E'back\\\\slash and ''quote'''",
          "ALTER ROLE clerk SET search_path TO \"$user\", public, \"odd, one\"",
          "ALTER ROLE clerk SET work_mem TO '9MB'",
          "ALTER ROLE ALL SET statement_timeout TO '1h'",
          "ALTER ROLE clerk IN DATABASE postgres SET my.option TO 'a ''b'''",
          "ALTER DATABASE postgres SET search_path TO ''",
          "GRANT SET ON PARAMETER work_mem TO chief WITH GRANT OPTION",
          "GRANT ALTER SYSTEM ON PARAMETER wal_level TO clerk");

  private static final List<String> CATALOGUE =
      List.of(
          "SELECT to_jsonb(r) - 'oid' FROM pg_authid r WHERE rolname !~ '^pg_' ORDER BY rolname",
          "SELECT to_jsonb(m) - '{oid,roleid,member,grantor}'::text[], pg_get_userbyid(roleid),"
              + " pg_get_userbyid(member), pg_get_userbyid(grantor) FROM pg_auth_members m"
              + " ORDER BY 2, 3, 4",
          "SELECT datname, CASE setrole WHEN 0 THEN '' ELSE pg_get_userbyid(setrole) END, setconfig"
              + " FROM pg_db_role_setting LEFT JOIN pg_database d ON d.oid = setdatabase"
              + " ORDER BY 1, 2",
          "SELECT parname, paracl::text FROM pg_parameter_acl ORDER BY 1",
          "SELECT spcname, pg_get_userbyid(spcowner), spcacl::text, spcoptions,"
              + " pg_tablespace_location(oid) FROM pg_tablespace ORDER BY 1",
          "SELECT rolname, shobj_description(oid, 'pg_authid') FROM pg_authid"
              + " WHERE rolname !~ '^pg_' ORDER BY 1");

  static List<String> catalogue(Sql sql) {
    List<String> all = new ArrayList<>();
    CATALOGUE.forEach(query -> sql.rows(query).forEach(row -> all.add(row.toString())));
    return all;
  }

  @EveryVersion
  void theyAreTheSameOnAnotherServer(int major) throws IOException {
    Path place = Files.createTempDirectory("mockupaws-it-space-");
    Path restored = Files.createTempDirectory("mockupaws-it-restored-");
    HostUser owner = HostUser.forServers();
    owner.own(place);
    try (EmbeddedPostgres source = EmbeddedPostgres.builder(major).start();
        Vault vault = Vault.directory(HostUser.current())) {
      source.run(MADE.toArray(String[]::new));
      source.run(
          "CREATE TABLESPACE odd OWNER clerk LOCATION '" + place + "' WITH (random_page_cost = 2)",
          "GRANT CREATE ON TABLESPACE odd TO chief");
      List<String> expected;
      try (Sql sql = source.sql("postgres")) {
        expected = catalogue(sql);
      }
      Path globals = globals(source, vault, restored);
      source.stop(); // the tablespace's directory is free for the other one
      FileTrees.delete(place.resolve(emptied(place)));
      try (EmbeddedPostgres target = EmbeddedPostgres.builder(major).start()) {
        psql(target.login().url("postgres"), globals);
        // its superuser has the source's password from here on
        try (Sql sql = source.login().at(target.port()).sql("postgres")) {
          assertThat(catalogue(sql)).isEqualTo(expected);
        }
      }
    } finally {
      FileTrees.delete(place);
      FileTrees.delete(restored);
    }
  }

  private static String emptied(Path place) throws IOException {
    try (var entries = Files.list(place)) {
      return entries.findFirst().orElseThrow().getFileName().toString();
    }
  }

  private static Path globals(EmbeddedPostgres source, Vault vault, Path folder) {
    try (Protection protection =
        new Protection(
            source.login(), "postgres", vault, HostUser.current(), source.binaries().folder())) {
      Program operator = protection.operator().with("DATABASE_URL", source.login().url("postgres"));
      operator.answer("init");
      JsonNode taken = operator.answer("backup", "--kind", "config");
      assertThat(taken.at("/passwords").asBoolean()).isTrue();
      operator.answer("config", "restore", "--to-dir", folder.toString());
      return folder.resolve("globals.sql");
    }
  }

  /** Whatever is there is said to be there; nothing else may be said. */
  static void psql(String url, Path file) {
    String said =
        HostCommand.run(
            DebianCluster.BINARIES.resolve("psql").toString(),
            "-X",
            "-q",
            "-d",
            url,
            "-f",
            file.toString());
    assertThat(said.lines().filter(line -> !line.isBlank()))
        .allSatisfy(line -> assertThat(line).contains("already exists"));
  }
}
