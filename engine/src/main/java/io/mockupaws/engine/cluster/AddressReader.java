package io.mockupaws.engine.cluster;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads a connection URI as libpq's {@code conninfo_uri_parse} does (PostgreSQL, {@code
 * src/interfaces/libpq/fe-connect.c}).
 *
 * <p>No message repeats any part of the address but names of hosts and parameters: a password with
 * an unescaped {@code @} or {@code /} may stand anywhere in it.
 */
final class AddressReader {
  private static final Pattern SCHEME = Pattern.compile("(postgres|postgresql)(\\+[a-z0-9_]+)?");
  private static final String FORM =
      "give it as postgresql://user:password@host:5432/database, with @ : / ? # and % in the"
          + " password written as %40 %3A %2F %3F %23 and %25";

  private final String url;
  private final Map<String, String> environment;

  AddressReader(String url, Map<String, String> environment) {
    this.url = url.strip();
    this.environment = environment;
  }

  ServerAddress read() {
    String rest = withoutScheme();
    int question = rest.indexOf('?');
    Map<String, String> given = new LinkedHashMap<>();
    readPlace(question < 0 ? rest : rest.substring(0, question), given);
    if (question >= 0) {
      readParameters(rest.substring(question + 1), given);
    }
    return assemble(given);
  }

  private String withoutScheme() {
    int colon = url.indexOf("://");
    if (colon < 0 || !SCHEME.matcher(url.substring(0, colon)).matches()) {
      throw bad("the database's address does not start with postgresql:// or postgres://", FORM);
    }
    return url.substring(colon + 3);
  }

  /** {@code [user[:password]@][host[:port][,...]][/database]}. */
  private static void readPlace(String place, Map<String, String> given) {
    int slash = place.indexOf('/');
    String authority = slash < 0 ? place : place.substring(0, slash);
    String path = slash < 0 ? "" : place.substring(slash + 1);
    int at = authority.indexOf('@');
    if (at != authority.lastIndexOf('@') || path.indexOf('@') >= 0 || place.indexOf('#') >= 0) {
      throw bad("the database's address has a character at a place where it must be escaped", FORM);
    }
    if (at >= 0) {
      String login = authority.substring(0, at);
      int colon = login.indexOf(':');
      putUnlessEmpty(given, "user", decode(colon < 0 ? login : login.substring(0, colon)));
      if (colon >= 0) {
        putUnlessEmpty(given, "password", decode(login.substring(colon + 1)));
      }
    }
    readHosts(authority.substring(at + 1), given);
    putUnlessEmpty(given, "dbname", decode(path));
  }

  private static void readHosts(String list, Map<String, String> given) {
    if (list.isEmpty()) {
      return;
    }
    List<String> names = new ArrayList<>();
    List<String> ports = new ArrayList<>();
    for (String one : list.split(",", -1)) {
      int bracket = one.startsWith("[") ? one.indexOf(']') : -1;
      if (one.startsWith("[") && bracket < 0) {
        throw bad("the database's address has an IPv6 address without its closing bracket", FORM);
      }
      int colon = one.indexOf(':', bracket + 1);
      String name = colon < 0 ? one : one.substring(0, colon);
      names.add(decode(bracket < 0 ? name : one.substring(1, bracket)));
      ports.add(colon < 0 ? "" : decode(one.substring(colon + 1)));
    }
    given.put("host", String.join(",", names));
    if (ports.stream().anyMatch(port -> !port.isEmpty())) {
      given.put("port", String.join(",", ports));
    }
  }

  private static void readParameters(String query, Map<String, String> given) {
    if (query.indexOf('@') >= 0 || query.indexOf('#') >= 0) {
      throw bad("the database's address has a character at a place where it must be escaped", FORM);
    }
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals <= 0) {
        throw bad("the database's address has a parameter without a value", FORM);
      }
      given.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
    }
  }

  private ServerAddress assemble(Map<String, String> given) {
    String user = take(given, "user", "PGUSER").orElseGet(() -> System.getProperty("user.name"));
    String database = take(given, "dbname", "PGDATABASE").orElse(user);
    List<HostPort> hosts = hosts(given);
    Optional<String> password = take(given, "password", "PGPASSWORD");
    Optional<String> file = take(given, "passfile", "PGPASSFILE");
    Map<String, String> properties = new LibpqParameters(environment).translate(given, hosts);
    if (password.isEmpty()) {
      password = PasswordFile.at(file, environment).find(hosts.getFirst(), database, user);
    }
    return new ServerAddress(hosts, user, password, database, properties);
  }

  private List<HostPort> hosts(Map<String, String> given) {
    String[] names = take(given, "host", "PGHOST").orElse("localhost").split(",", -1);
    String[] ports = take(given, "port", "PGPORT").orElse("5432").split(",", -1);
    given.remove("hostaddr");
    if (ports.length != 1 && ports.length != names.length) {
      throw bad("the database's address names another number of ports than of hosts", FORM);
    }
    List<HostPort> hosts = new ArrayList<>();
    for (int i = 0; i < names.length; i++) {
      String port = ports[ports.length == 1 ? 0 : i];
      String name = names[i].isEmpty() ? "localhost" : names[i];
      try {
        hosts.add(new HostPort(name, port.isEmpty() ? 5432 : Integer.parseInt(port)));
      } catch (IllegalArgumentException e) {
        throw bad("the database's address has a port that is no number from 1 to 65535", FORM);
      }
    }
    return hosts;
  }

  private Optional<String> take(Map<String, String> given, String parameter, String variable) {
    return Optional.ofNullable(given.remove(parameter))
        .or(() -> Optional.ofNullable(environment.get(variable)))
        .filter(value -> !value.isEmpty());
  }

  private static void putUnlessEmpty(Map<String, String> given, String name, String value) {
    if (!value.isEmpty()) {
      given.put(name, value);
    }
  }

  /** Undoes {@code %XX}; unlike a web form's, a plus sign is a plus sign. */
  private static String decode(String text) {
    byte[] in = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(in.length);
    for (int i = 0; i < in.length; i++) {
      if (in[i] != '%') {
        out.put(in[i]);
        continue;
      }
      int high = i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
      int low = i + 2 < in.length ? Character.digit(in[i + 2], 16) : -1;
      if (high < 0 || low < 0 || (high | low) == 0) {
        throw bad("the database's address has a % that two hexadecimal digits do not follow", FORM);
      }
      out.put((byte) (high << 4 | low));
      i += 2;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(out.flip()).toString();
    } catch (CharacterCodingException e) {
      throw bad("the database's address has escaped bytes that are not UTF-8", FORM);
    }
  }

  static Failure bad(String what, String nextStep) {
    return new Failure(ErrorCode.BAD_ADDRESS, what, nextStep);
  }
}
