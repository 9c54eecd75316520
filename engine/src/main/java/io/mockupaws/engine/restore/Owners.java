package io.mockupaws.engine.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds out whom restored files are to belong to. */
final class Owners {
  private static final String USUAL = "postgres";

  private Owners() {}

  /** Ourselves. */
  static Owner ourself() {
    Path self = Path.of("/proc/self");
    return new Owner(
        System.getProperty("user.name", ""),
        number(Files.isDirectory(self) ? self : Path.of("."), "unix:uid"),
        number(Files.isDirectory(self) ? self : Path.of("."), "unix:gid"),
        true);
  }

  /**
   * The owner of a restore to a directory. Root gives the files to the user named, else to the one
   * who owns the empty target, else to {@code postgres}; anyone else keeps them.
   *
   * @param ourself who we are
   * @return empty when we are root and there is nobody to give them to
   * @throws Failure USAGE when a user is named whom we cannot become
   */
  static Optional<Owner> of(Owner ourself, Optional<String> named, Path target) {
    if (ourself.uid() != 0) {
      if (named.isPresent() && !named.get().equals(ourself.name())) {
        throw new Failure(
            ErrorCode.USAGE,
            "only root can give the files to " + named.get(),
            "run the command as root or as " + named.get());
      }
      return Optional.of(ourself);
    }
    if (named.isPresent()) {
      return Optional.of(byName(named.get()).orElseThrow(() -> unknown(named.get())));
    }
    if (Files.isDirectory(target) && number(target, "unix:uid") != 0) {
      String name = LocalFiles.attempt("reading", target, () -> Files.getOwner(target).getName());
      Optional<Owner> owner = byName(name);
      if (owner.isPresent()) {
        return owner;
      }
    }
    return byName(USUAL);
  }

  private static Optional<Owner> byName(String name) {
    Commands.Outcome uid = Commands.run(List.of("id", "-u", name));
    Commands.Outcome gid = Commands.run(List.of("id", "-g", name));
    if (uid.status() != 0 || gid.status() != 0) {
      return Optional.empty();
    }
    Owner owner =
        new Owner(name, Integer.parseInt(uid.output()), Integer.parseInt(gid.output()), false);
    return owner.uid() == 0 ? Optional.empty() : Optional.of(owner);
  }

  private static Failure unknown(String name) {
    return new Failure(
        ErrorCode.RUNNING_AS_ROOT,
        "PostgreSQL cannot run as " + name + ": there is no such user, or it is root",
        "name another user with --user");
  }

  private static int number(Path path, String attribute) {
    try {
      return (int) Files.getAttribute(path, attribute);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
