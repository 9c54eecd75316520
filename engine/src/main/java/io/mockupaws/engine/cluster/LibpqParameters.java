package io.mockupaws.engine.cluster;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postgresql.PGProperty;

/**
 * Translates libpq's connection parameters into pgjdbc's. A parameter that neither libpq nor a
 * known driver has is refused: a mistyped {@code sslmode} must not connect in the clear.
 */
final class LibpqParameters {
  /** libpq's variables beside those of host, port, user, password and database. */
  private static final Map<String, String> VARIABLES =
      Map.ofEntries(
          Map.entry("sslmode", "PGSSLMODE"),
          Map.entry("sslnegotiation", "PGSSLNEGOTIATION"),
          Map.entry("sslcert", "PGSSLCERT"),
          Map.entry("sslkey", "PGSSLKEY"),
          Map.entry("sslrootcert", "PGSSLROOTCERT"),
          Map.entry("channel_binding", "PGCHANNELBINDING"),
          Map.entry("require_auth", "PGREQUIREAUTH"),
          Map.entry("gssencmode", "PGGSSENCMODE"),
          Map.entry("krbsrvname", "PGKRBSRVNAME"),
          Map.entry("connect_timeout", "PGCONNECT_TIMEOUT"),
          Map.entry("options", "PGOPTIONS"),
          Map.entry("application_name", "PGAPPNAME"),
          Map.entry("target_session_attrs", "PGTARGETSESSIONATTRS"));

  private static final Map<String, PGProperty> SAME_MEANING =
      Map.of(
          "sslnegotiation", PGProperty.SSL_NEGOTIATION,
          "sslcert", PGProperty.SSL_CERT,
          "sslkey", PGProperty.SSL_KEY,
          "sslpassword", PGProperty.SSL_PASSWORD,
          "channel_binding", PGProperty.CHANNEL_BINDING,
          "require_auth", PGProperty.REQUIRE_AUTH,
          "krbsrvname", PGProperty.KERBEROS_SERVER_NAME,
          "options", PGProperty.OPTIONS,
          "application_name", PGProperty.APPLICATION_NAME);

  /** libpq's that change nothing here, and what other drivers keep in a DATABASE_URL. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "fallback_application_name",
          "client_encoding",
          "keepalives",
          "keepalives_idle",
          "keepalives_interval",
          "keepalives_count",
          "tcp_user_timeout",
          "sslcompression",
          "sslsni",
          "sslcertmode",
          "ssl_min_protocol_version",
          "ssl_max_protocol_version",
          "gsslib",
          "gssdelegation",
          "load_balance_hosts",
          "schema",
          "charset",
          "encoding",
          "connection_limit",
          "pool_timeout",
          "pool_size",
          "max_overflow",
          "socket_timeout",
          "statement_cache_size",
          "prepared_statement_cache_size",
          "pgbouncer");

  private final Map<String, String> environment;

  LibpqParameters(Map<String, String> environment) {
    this.environment = environment;
  }

  Map<String, String> translate(Map<String, String> given, List<HostPort> hosts) {
    Map<String, String> wanted = new LinkedHashMap<>();
    VARIABLES.forEach(
        (parameter, variable) -> {
          String value = environment.get(variable);
          if (value != null && !value.isEmpty()) {
            wanted.put(parameter, value);
          }
        });
    wanted.putAll(given);
    Map<String, String> properties = new LinkedHashMap<>();
    set(properties, PGProperty.APPLICATION_NAME, ServerAddress.APPLICATION_NAME);
    set(properties, PGProperty.TCP_KEEP_ALIVE, "true");
    setTimeout(properties, wanted.getOrDefault("connect_timeout", "10"));
    wanted.forEach((name, value) -> translateOne(name, value, properties));
    if (hosts.stream().anyMatch(HostPort::isUnixSocket)) {
      useUnixSocket(properties, hosts);
    }
    return properties;
  }

  private static void translateOne(String name, String value, Map<String, String> properties) {
    PGProperty same = SAME_MEANING.get(name);
    if (same != null) {
      set(properties, same, value);
      return;
    }
    switch (name) {
      case "connect_timeout" -> {} // set before
      case "sslmode", "ssl" -> set(properties, PGProperty.SSL_MODE, sslMode(name, value));
      case "sslrootcert" -> setRootCertificate(properties, value);
      case "gssencmode" -> set(properties, PGProperty.GSS_ENC_MODE, value);
      case "target_session_attrs" ->
          set(properties, PGProperty.TARGET_SERVER_TYPE, targetServerType(value));
      default -> {
        if (!WITHOUT_EFFECT.contains(name)) {
          throw AddressReader.bad(
              "the database's address has a parameter that is not known here: " + name,
              "remove it, or correct its name: libpq's parameters are understood, but service,"
                  + " sslcrl, requirepeer and replication are not");
        }
      }
    }
  }

  private static String sslMode(String name, String value) {
    return switch (value) {
      case "true" -> "require"; // ssl=true, as JDBC and asyncpg write it
      case "false" -> "disable";
      case "disable", "allow", "prefer", "require", "verify-ca", "verify-full" -> value;
      default ->
          throw AddressReader.bad(
              "the database's address has a value of " + name + " that does not exist",
              "use disable, allow, prefer, require, verify-ca or verify-full");
    };
  }

  private static void setRootCertificate(Map<String, String> properties, String value) {
    if (value.equals("system")) {
      set(properties, PGProperty.SSL_FACTORY, "org.postgresql.ssl.DefaultJavaSSLFactory");
      properties.putIfAbsent(PGProperty.SSL_MODE.getName(), "verify-full");
    } else {
      set(properties, PGProperty.SSL_ROOT_CERT, value);
    }
  }

  private static String targetServerType(String value) {
    return switch (value) {
      case "any" -> "any";
      case "read-write", "primary" -> "primary";
      case "read-only", "standby" -> "secondary";
      case "prefer-standby" -> "preferSecondary";
      default ->
          throw AddressReader.bad(
              "the database's address has a value of target_session_attrs that does not exist",
              "use any, read-write, read-only, primary, standby or prefer-standby");
    };
  }

  /** libpq's {@code connect_timeout}: seconds a host, 0 or less waits for ever. */
  private static void setTimeout(Map<String, String> properties, String value) {
    try {
      int seconds = Math.max(0, Integer.parseInt(value.strip()));
      set(properties, PGProperty.CONNECT_TIMEOUT, Integer.toString(seconds));
      set(properties, PGProperty.SSL_RESPONSE_TIMEOUT, Integer.toString(seconds * 1000));
      set(properties, PGProperty.GSS_RESPONSE_TIMEOUT, Integer.toString(seconds * 1000));
    } catch (NumberFormatException e) {
      throw AddressReader.bad(
          "the database's address has a connect_timeout that is no number",
          "give whole seconds; 0 waits for ever");
    }
  }

  private static void useUnixSocket(Map<String, String> properties, List<HostPort> hosts) {
    if (hosts.size() > 1) {
      throw AddressReader.bad(
          "the database's address names a socket directory among several hosts",
          "give one socket directory, or hosts reached over TCP");
    }
    set(properties, PGProperty.SOCKET_FACTORY, UnixSocketFactory.class.getName());
    set(properties, PGProperty.SOCKET_FACTORY_ARG, UnixSocketFactory.path(hosts.getFirst()));
    // A socket in the file system is never encrypted (libpq does the same).
    set(properties, PGProperty.SSL_MODE, "disable");
    set(properties, PGProperty.GSS_ENC_MODE, "disable");
  }

  private static void set(Map<String, String> properties, PGProperty property, String value) {
    properties.put(property.getName(), value);
  }
}
