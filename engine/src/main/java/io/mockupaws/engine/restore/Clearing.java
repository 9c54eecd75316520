package io.mockupaws.engine.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes a directory that holds something such that a restore goes on as into an empty one. Before
 * each step that destroys it looks again whether a server runs.
 */
final class Clearing {
  private final Path target;
  private final Existing existing;
  private final RestoreRequest request;
  private final Outside outside;
  private final Set<Path> followed;
  private Optional<Path> keptWal = Optional.empty();

  /**
   * Clears.
   *
   * @param outside links in the target that the plan leads through
   */
  Clearing(Path target, Existing existing, RestoreRequest request, Outside outside) {
    this.target = target;
    this.existing = existing;
    this.request = request;
    this.outside = outside;
    this.followed = outside.followed(target);
  }

  /** Where WAL lies that the journal does not have. */
  Optional<Path> keptWal() {
    return keptWal;
  }

  /** Where a restore puts WAL that the journal does not have, if there is any. */
  static Path keptWal(Path target, RestoreRequest request) {
    return Occupant.beside(target, "wal", request.asked());
  }

  /** Whether the directory's own entries go, and not the directory under another name. */
  boolean isInside() {
    return existing.aside().isEmpty();
  }

  /** Renames the old directory, where it is to stay. */
  void moveAside() {
    requireIdle();
    existing.aside().ifPresent(aside -> rename(target, aside));
  }

  /**
   * Takes away what a server would start from, and the WAL, which is kept beside where the journal
   * does not have it.
   */
  void disarm() {
    requireIdle();
    keepWal();
    LocalFiles.attempt(
        "clearing",
        target,
        () -> {
          // without it the directory cannot be started, whatever happens from here on
          Path global = target.resolve("global");
          if (Files.isDirectory(global, LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(target.resolve(ManifestScan.CONTROL_FILE));
            LocalFiles.syncDirectory(global);
          }
          return target;
        });
    clearWal();
  }

  private void keepWal() {
    Path wal = target.resolve(TargetTree.WAL);
    boolean ours = existing.unshipped().isPresent() && !isShipped(existing);
    if (ours && isCleared(wal)) {
      Path aside = keptWal(target, request);
      LocalFiles.attempt("setting aside", wal, () -> copyWal(wal, aside));
      keptWal = Optional.of(aside);
    }
  }

  private boolean isCleared(Path wal) {
    return Files.isDirectory(wal, LinkOption.NOFOLLOW_LINKS) || followed.contains(wal);
  }

  private void clearWal() {
    Path wal = target.resolve(TargetTree.WAL);
    LocalFiles.attempt(
        "clearing",
        wal,
        () -> {
          boolean cleared = isCleared(wal);
          if (cleared) {
            TargetTree.deleteContents(wal);
          }
          // a plain directory gives way to a link, and a link to a plain directory
          if (!cleared || (outside.wal().isPresent() && !followed.contains(wal))) {
            Files.deleteIfExists(wal);
          }
          return wal;
        });
  }

  /** Copies: the WAL may be on another file system, and a rename cannot be broken off. */
  private static Path copyWal(Path wal, Path aside) throws IOException {
    Files.createDirectories(aside);
    LocalFiles.setMode(aside, 0700);
    try (var entries = Files.list(wal)) {
      for (Path file : entries.toList()) {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          Path copy = aside.resolve(file.getFileName());
          Files.copy(
              file,
              copy,
              StandardCopyOption.COPY_ATTRIBUTES,
              StandardCopyOption.REPLACE_EXISTING,
              LinkOption.NOFOLLOW_LINKS);
          LocalFiles.sync(copy);
        }
      }
    }
    LocalFiles.syncDirectory(aside);
    LocalFiles.syncDirectory(LocalFiles.parent(aside));
    return aside;
  }

  /** Removes everything but our mark, or what does not belong. */
  void removeExtras(Wanted wanted) {
    requireIdle();
    TargetTree tree = new TargetTree(target, outside);
    switch (existing.treatment()) {
      case REFUSED, IN_PLACE -> {}
      case DELTA -> tree.removeExtras(wanted);
      case FORCE -> tree.removeAll();
    }
  }

  /** Finds what can stay, and removes the rest of what is there. */
  void keepUnchanged(Unchanged unchanged, BackupFiles files, Workers workers) {
    List<Integer> kept = new ArrayList<>();
    List<Integer> alike = new ArrayList<>();
    unchanged.sort(
        workers,
        file -> {
          synchronized (kept) {
            kept.add(file);
          }
        },
        file -> {
          synchronized (alike) {
            alike.add(file);
          }
        },
        file -> {
          Path place = files.place(target, file);
          LocalFiles.attempt("clearing", place, () -> Files.deleteIfExists(place));
        });
    kept.forEach(files.table()::keep);
    alike.forEach(files.table()::overlay);
  }

  /** Compares what is there. */
  Unchanged unchanged(BackupFiles files) {
    return new Unchanged(target, files, followed);
  }

  /** Looked at again before each step: what starts servers may have started this one. */
  void requireIdle() {
    RunningServers.HOST.requireNone(target);
  }

  private static void rename(Path from, Path to) {
    LocalFiles.attempt(
        "moving",
        from,
        () -> {
          if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
            throw new Failure(
                ErrorCode.TARGET_NOT_EMPTY,
                to + " is there already",
                "move it away, or wait a second, and repeat the command");
          }
          Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
          LocalFiles.syncDirectory(LocalFiles.parent(to));
          return to;
        });
  }

  /** Whether the journal has all that a directory's WAL holds. */
  private static boolean isShipped(Existing existing) {
    return existing
        .unshipped()
        .filter(wal -> !wal.isEmpty() || wal.foreign().isPresent())
        .isEmpty();
  }
}
