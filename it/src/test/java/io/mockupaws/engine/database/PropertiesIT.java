package io.mockupaws.engine.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.engine.cluster.DatabaseProperties;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.cluster.ServerSession;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A database made by the statement for another one is like it, by each version's own catalogue. */
class PropertiesIT {
  private static final String CATALOGUE =
      """
      SELECT (to_jsonb(d) - 'oid' - 'datname' - 'datfrozenxid' - 'datminmxid' - 'dathasloginevt')::text
        FROM pg_database d WHERE datname = ?
      """;

  private static List<String> providers(int major) {
    String icu = "LOCALE_PROVIDER icu ICU_LOCALE 'sv-SE'";
    return switch (major) {
      case 15 -> List.of("LOCALE_PROVIDER libc", icu);
      case 16 -> List.of(icu + " ICU_RULES '&V << w <<< W'");
      default ->
          List.of(
              "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'",
              icu + " ICU_RULES '&V << w <<< W'");
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 16, 17, 18})
  void aDatabaseIsMadeLikeAnother(int major) {
    try (EmbeddedPostgres server = EmbeddedPostgres.builder(major).start();
        ServerSession session =
            ServerSession.open(ServerAddress.parse(server.login().url("postgres"), Map.of()))) {
      server.run("CREATE ROLE keeper");
      for (String provider : providers(major)) {
        server.run(
            "CREATE DATABASE original TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'"
                + " LC_CTYPE 'C.UTF-8' OWNER keeper CONNECTION LIMIT 7 "
                + provider);
        server.run(DatabaseProperties.of(session, "original").create("like_it", true, true));
        assertThat(row(session, "like_it")).as(provider).isEqualTo(row(session, "original"));
        server.run("DROP DATABASE original", "DROP DATABASE like_it");
      }
    }
  }

  private static String row(ServerSession session, String database) {
    return session.one("reading the catalogue", CATALOGUE, row -> row.getString(1), database);
  }
}
