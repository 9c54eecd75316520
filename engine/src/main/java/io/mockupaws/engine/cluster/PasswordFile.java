package io.mockupaws.engine.cluster;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * libpq's password file: lines {@code host:port:database:user:password}, each of the first four may
 * be {@code *}, with {@code \} before a {@code :} or {@code \} that is meant (PostgreSQL,
 * documentation, "The Password File").
 */
final class PasswordFile {
  private final Optional<Path> file;

  private PasswordFile(Optional<Path> file) {
    this.file = file;
  }

  /** The file that was named, else {@code ~/.pgpass}. */
  static PasswordFile at(Optional<String> named, Map<String, String> environment) {
    Optional<Path> home =
        Optional.ofNullable(environment.get("HOME")).map(dir -> Path.of(dir, ".pgpass"));
    return new PasswordFile(named.map(Path::of).or(() -> home).filter(Files::isRegularFile));
  }

  /**
   * The password of the first line that fits.
   *
   * @throws Failure CONFIGURATION when there is one but others may read the file
   */
  Optional<String> find(HostPort server, String database, String user) {
    if (file.isEmpty()) {
      return Optional.empty();
    }
    // libpq looks a server behind a socket in the default directory up as "localhost".
    String host = server.isUnixSocket() ? "localhost" : server.host();
    List<String> wanted = List.of(host, Integer.toString(server.port()), database, user);
    try {
      for (String line : Files.readAllLines(file.get())) {
        List<String> fields = line.startsWith("#") ? List.of() : split(line);
        if (fields.size() >= 5 && fits(fields, wanted)) {
          demandPrivate(file.get());
          return Optional.of(fields.get(4));
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new Failure(
          ErrorCode.LOCAL_FILE,
          "the password file " + file.get() + " cannot be read",
          "give this user the right to read it, or put the password into the address",
          e);
    }
  }

  private static boolean fits(List<String> fields, List<String> wanted) {
    for (int i = 0; i < wanted.size(); i++) {
      if (!fields.get(i).equals("*") && !fields.get(i).equals(wanted.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static List<String> split(String line) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\\' && i + 1 < line.length()) {
        field.append(line.charAt(++i));
      } else if (c == ':' && fields.size() < 4) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    fields.add(field.toString());
    return fields;
  }

  private static void demandPrivate(Path file) throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    boolean open =
        permissions.stream().anyMatch(permission -> !permission.name().startsWith("OWNER_"));
    if (open) {
      throw new Failure(
          ErrorCode.CONFIGURATION,
          "the password file " + file + " can be read by others",
          "chmod 600 " + file);
    }
  }
}
