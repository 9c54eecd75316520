package io.mockupaws.engine.cluster;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.postgresql.PGProperty;

/**
 * An address as libpq's programs read it from their environment ({@code pg_dump}, {@code psql}):
 * the way back from {@link LibpqParameters}. A process list shows arguments to everybody, an
 * environment only to the same user.
 */
final class LibpqEnvironment {
  private static final Map<PGProperty, String> VARIABLES =
      Map.of(
          PGProperty.SSL_MODE, "PGSSLMODE",
          PGProperty.SSL_NEGOTIATION, "PGSSLNEGOTIATION",
          PGProperty.SSL_CERT, "PGSSLCERT",
          PGProperty.SSL_KEY, "PGSSLKEY",
          PGProperty.SSL_ROOT_CERT, "PGSSLROOTCERT",
          PGProperty.CHANNEL_BINDING, "PGCHANNELBINDING",
          PGProperty.REQUIRE_AUTH, "PGREQUIREAUTH",
          PGProperty.GSS_ENC_MODE, "PGGSSENCMODE",
          PGProperty.OPTIONS, "PGOPTIONS",
          PGProperty.CONNECT_TIMEOUT, "PGCONNECT_TIMEOUT");

  private LibpqEnvironment() {}

  static Map<String, String> of(ServerAddress address, Map<String, String> properties) {
    Map<String, String> environment = new LinkedHashMap<>();
    HostPort server = address.hosts().getFirst();
    environment.put("PGHOST", server.host());
    environment.put("PGPORT", Integer.toString(server.port()));
    environment.put("PGUSER", address.user());
    environment.put("PGDATABASE", address.database());
    environment.put("PGAPPNAME", properties.getOrDefault("ApplicationName", "mockupaws"));
    // the password is known already: no other one is to be found in a file
    environment.put("PGPASSFILE", "/dev/null");
    address.password().ifPresent(word -> environment.put("PGPASSWORD", word));
    VARIABLES.forEach(
        (property, variable) ->
            Optional.ofNullable(properties.get(property.getName()))
                .ifPresent(value -> environment.put(variable, value)));
    Optional.ofNullable(properties.get(PGProperty.SSL_FACTORY.getName()))
        .ifPresent(_ -> environment.put("PGSSLROOTCERT", "system"));
    return environment;
  }
}
