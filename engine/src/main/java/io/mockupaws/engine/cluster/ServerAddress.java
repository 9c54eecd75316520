package io.mockupaws.engine.cluster;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.postgresql.PGProperty;

/**
 * The address of a database, as {@code DATABASE_URL} has it. Neither {@link #toString()} nor any
 * message of this package shows the password.
 */
public final class ServerAddress {
  static final String APPLICATION_NAME = "mockupaws";

  private final List<HostPort> hosts;
  private final String user;
  private final Optional<String> password;
  private final String database;
  private final Map<String, String> driverProperties;

  ServerAddress(
      List<HostPort> hosts,
      String user,
      Optional<String> password,
      String database,
      Map<String, String> driverProperties) {
    this.hosts = List.copyOf(hosts);
    this.user = requireNonNull(user, "user is null");
    this.password = requireNonNull(password, "password is null");
    this.database = requireNonNull(database, "database is null");
    this.driverProperties = Map.copyOf(driverProperties);
  }

  /**
   * Reads an address with what libpq takes from the process's environment ({@code PGPASSWORD},
   * {@code PGPASSFILE}, {@code PGSSLMODE} and the like) where the address is silent.
   *
   * @throws io.mockupaws.core.failure.Failure BAD_ADDRESS
   */
  public static ServerAddress parse(String url) {
    return parse(url, System.getenv());
  }

  /**
   * Reads {@code postgresql://user:pass@host:5432/db?parameters}; the scheme may also be {@code
   * postgres} or {@code postgresql+driver}. Parameters are libpq's.
   *
   * @param environment where libpq's variables are looked up
   * @throws io.mockupaws.core.failure.Failure BAD_ADDRESS
   */
  public static ServerAddress parse(String url, Map<String, String> environment) {
    return new AddressReader(url, environment).read();
  }

  /** The servers to try, in this order; at least one. */
  public List<HostPort> hosts() {
    return hosts;
  }

  public String user() {
    return user;
  }

  public String database() {
    return database;
  }

  /** The password, for making a role of this name; never to be printed. */
  Optional<String> password() {
    return password;
  }

  /** The same servers and login, another database. */
  public ServerAddress withDatabase(String name) {
    return new ServerAddress(hosts, user, password, name, driverProperties);
  }

  /** The same login at one of the servers, whatever its role. */
  ServerAddress withOnlyHost(HostPort host) {
    Map<String, String> changed = new LinkedHashMap<>(driverProperties);
    changed.remove(PGProperty.TARGET_SERVER_TYPE.getName());
    return new ServerAddress(List.of(host), user, password, database, changed);
  }

  /** The same address under another {@code application_name}, as standbys are known by. */
  public ServerAddress withApplicationName(String name) {
    Map<String, String> changed = new LinkedHashMap<>(driverProperties);
    changed.put(PGProperty.APPLICATION_NAME.getName(), name);
    return new ServerAddress(hosts, user, password, database, changed);
  }

  /**
   * What PostgreSQL's own programs take from their environment to connect here; holds the password.
   * Of several hosts the first: give it the address of a session that stands.
   */
  public Map<String, String> libpqEnvironment() {
    return LibpqEnvironment.of(this, driverProperties);
  }

  /** What pgjdbc needs; holds the password. */
  Properties driverProperties() {
    Properties properties = new Properties();
    properties.putAll(driverProperties);
    PGProperty.PG_HOST.set(properties, join(HostPort::host));
    PGProperty.PG_PORT.set(properties, join(host -> Integer.toString(host.port())));
    PGProperty.PG_DBNAME.set(properties, database);
    PGProperty.USER.set(properties, user);
    password.ifPresent(word -> PGProperty.PASSWORD.set(properties, word));
    return properties;
  }

  private String join(Function<HostPort, String> part) {
    return hosts.stream().map(part).collect(Collectors.joining(","));
  }

  /** The address without password and parameters. */
  @Override
  public String toString() {
    return "postgresql://"
        + user
        + "@"
        + hosts.stream().map(HostPort::toString).collect(Collectors.joining(","))
        + "/"
        + database;
  }
}
