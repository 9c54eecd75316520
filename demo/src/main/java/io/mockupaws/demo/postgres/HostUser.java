package io.mockupaws.demo.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A user of this host, by whose rights a process runs. */
public record HostUser(String name, int uid, int gid) {

  private static final Path SELF = Path.of("/proc/self");
  private static final Path PASSWD = Path.of("/etc/passwd");

  /** The user this program runs as. */
  public static HostUser current() {
    int uid = attribute(SELF, "unix:uid");
    int gid = attribute(SELF, "unix:gid");
    return all().stream()
        .filter(user -> user.uid == uid)
        .findFirst()
        .map(user -> new HostUser(user.name, uid, gid))
        .orElseGet(() -> new HostUser("uid" + uid, uid, gid));
  }

  /** The user of that name, if this host has one. */
  public static Optional<HostUser> named(String name) {
    return all().stream().filter(user -> user.name.equals(name)).findFirst();
  }

  /**
   * Whom a server runs as: PostgreSQL refuses root, so root gives way to {@code postgres}, else to
   * {@code nobody}; everybody else runs servers as themselves.
   */
  public static HostUser forServers() {
    HostUser current = current();
    if (current.uid != 0) {
      return current;
    }
    return named("postgres")
        .or(() -> named("nobody"))
        .orElseThrow(
            () -> new PostgresFailure("PostgreSQL does not run as root, and there is no other"));
  }

  /**
   * The command that runs {@code command} as this user. It replaces itself by the command, so the
   * process started is the command's own.
   */
  public List<String> command(List<String> command) {
    if (uid == current().uid) {
      return List.copyOf(command);
    }
    List<String> wrapped =
        new ArrayList<>(
            List.of("setpriv", "--reuid=" + uid, "--regid=" + gid, "--clear-groups", "--"));
    wrapped.addAll(command);
    return List.copyOf(wrapped);
  }

  /** Makes this user the owner of one file or directory, not of what lies in it. */
  public void own(Path path) {
    if (uid == current().uid) {
      return;
    }
    try {
      Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int attribute(Path path, String name) {
    try {
      return (Integer) Files.getAttribute(path, name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<HostUser> all() {
    try (var lines = Files.lines(PASSWD)) {
      return lines
          .map(line -> line.split(":", -1))
          .filter(fields -> fields.length == 7)
          .map(f -> new HostUser(f[0], Integer.parseInt(f[2]), Integer.parseInt(f[3])))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
