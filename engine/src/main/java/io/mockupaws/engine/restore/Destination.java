package io.mockupaws.engine.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The directory a restore goes to, looked at without touching it.
 *
 * @param directory absolute; links in its existing part are followed
 * @param exists whether it is there
 * @param freeBytes of the file system it lies or will lie on
 */
record Destination(Path directory, boolean exists, long freeBytes) {

  /**
   * Looks at a target.
   *
   * @throws Failure TARGET_NOT_EMPTY, or TARGET_UNSAFE when it lies inside a cluster
   */
  static Destination examine(Path target) {
    return examine(target, true);
  }

  /** Looks at a target that may hold something. */
  static Destination examineOccupied(Path target) {
    return examine(target, false);
  }

  private static Destination examine(Path target, boolean empty) {
    Path absolute = target.toAbsolutePath().normalize();
    Path existing = nearestExisting(absolute);
    Path real =
        LocalFiles.attempt("looking at", existing, existing::toRealPath)
            .resolve(existing.relativize(absolute))
            .normalize();
    boolean exists = Files.exists(absolute);
    boolean occupied = !empty && exists && Files.isDirectory(real);
    if (exists && !occupied) {
      requireEmpty(real);
    }
    requireOutsideClusters(occupied ? LocalFiles.parent(real) : real);
    long free =
        LocalFiles.attempt(
            "looking at", existing, () -> Files.getFileStore(existing).getUsableSpace());
    return new Destination(real, exists, free);
  }

  /** Whether there is anything in it. */
  boolean isOccupied() {
    return exists
        && LocalFiles.attempt("listing", directory, () -> firstEntry(directory)).isPresent();
  }

  /** The directory itself, or the nearest above it that is there. */
  static Path nearestExisting(Path path) {
    Path at = path;
    while (!Files.exists(at)) {
      at = LocalFiles.parent(at);
    }
    return at;
  }

  /** Refuses a directory with anything in it. */
  static void requireEmpty(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw notEmpty(directory + " is a file", "name a directory that is empty or not there yet");
    }
    Optional<Path> first = LocalFiles.attempt("listing", directory, () -> firstEntry(directory));
    if (first.isEmpty()) {
      return;
    }
    if (UnfinishedMark.isSet(directory)) {
      throw notEmpty(
          directory + " holds a restore that was not finished",
          "unless it is still running, remove the directory, or name another one");
    }
    throw notEmpty(
        "the target " + directory + " is not empty: it has " + first.get().getFileName(),
        "name a directory that is empty or not there yet");
  }

  private static Optional<Path> firstEntry(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.sorted().findFirst();
    }
  }

  private static Failure notEmpty(String what, String next) {
    return new Failure(ErrorCode.TARGET_NOT_EMPTY, what, next);
  }

  private static void requireOutsideClusters(Path directory) {
    for (Path above = directory; above.getParent() != null; above = LocalFiles.parent(above)) {
      if (Files.exists(above.resolve("PG_VERSION"))) {
        throw new Failure(
            ErrorCode.TARGET_UNSAFE,
            "the target " + directory + " lies inside the cluster " + above,
            "name a directory outside of every cluster");
      }
    }
  }

  /** Whether a user who is not us can reach it; asked from the system itself. */
  void requireReachable(Owner owner) {
    if (owner.isOurself()) {
      return;
    }
    Path existing = nearestExisting(directory);
    Path deepest = exists ? directory : existing;
    List<String> test = List.of("test", "-x", deepest.toString());
    if (Commands.run(Commands.as(owner, test)).status() != 0) {
      throw new Failure(
          ErrorCode.TARGET_UNSAFE,
          "the user " + owner.name() + " cannot reach " + deepest + ", and the server runs as it",
          "open the directories above for it, or name another target");
    }
  }
}
