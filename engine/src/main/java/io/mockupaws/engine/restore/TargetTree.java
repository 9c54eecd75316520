package io.mockupaws.engine.restore;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What lies in a target before a restore. Links are never followed, but for those that the plan
 * names, so nothing outside is counted, read or removed.
 */
final class TargetTree {
  /** The WAL directory has a treatment of its own. */
  static final String WAL = "pg_wal";

  private static final int MOST_PATHS = 50;

  private final Path target;
  private final Set<Path> followed;
  private final Set<Path> linked;

  /**
   * The tree.
   *
   * @param outside links in the target that the plan leads through
   */
  TargetTree(Path target, Outside outside) {
    this.target = target;
    this.followed = outside.followed(target);
    this.linked = outside.links(target).keySet();
  }

  /** Everything in it. */
  Existing.Removed all() {
    Sum sum = new Sum();
    LocalFiles.attempt("listing", target, () -> sum.of(target));
    return new Existing.Removed(sum.files, sum.bytes, List.of());
  }

  /** The links in it that are not followed, with what they lead to. */
  List<String> links() {
    List<String> links = new ArrayList<>();
    LocalFiles.attempt(
        "listing",
        target,
        () ->
            Files.walkFileTree(
                target,
                new SimpleFileVisitor<>() {
                  @Override
                  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                      throws IOException {
                    if (attributes.isSymbolicLink() && !followed.contains(file)) {
                      links.add(target.relativize(file) + " to " + Files.readSymbolicLink(file));
                    }
                    return FileVisitResult.CONTINUE;
                  }
                }));
    return links;
  }

  /** What is there and does not belong, WAL and our own mark apart. */
  Existing.Removed extras(Wanted wanted) {
    Sum sum = new Sum();
    List<String> paths = new ArrayList<>();
    LocalFiles.attempt(
        "listing",
        target,
        () ->
            visit(
                target,
                "",
                wanted,
                (path, relative) -> {
                  sum.of(path);
                  if (paths.size() < MOST_PATHS) {
                    paths.add(relative);
                  }
                }));
    return new Existing.Removed(sum.files, sum.bytes, paths);
  }

  /** Removes what is there and does not belong, WAL and our own mark apart. */
  void removeExtras(Wanted wanted) {
    LocalFiles.attempt(
        "clearing", target, () -> visit(target, "", wanted, (path, relative) -> delete(path)));
  }

  /** Removes everything, WAL and our own mark apart. */
  void removeAll() {
    LocalFiles.attempt(
        "clearing",
        target,
        () -> {
          for (Path child : children(target)) {
            String name = child.getFileName().toString();
            if (!name.equals(WAL) && !name.equals(UnfinishedMark.NAME)) {
              delete(child);
            }
          }
          return target;
        });
  }

  private interface Extra {
    void take(Path path, String relative) throws IOException;
  }

  private Path visit(Path directory, String prefix, Wanted wanted, Extra extra) throws IOException {
    for (Path child : children(directory)) {
      String relative = prefix + child.getFileName();
      if (relative.equals(WAL) || relative.equals(UnfinishedMark.NAME)) {
        continue;
      }
      BasicFileAttributes attributes =
          Files.readAttributes(child, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      boolean entered =
          wanted.isDirectory(relative)
              && (linked.contains(child) ? followed.contains(child) : attributes.isDirectory());
      if (entered) {
        visit(child, relative + "/", wanted, extra);
      } else if (!attributes.isRegularFile() || !wanted.isFile(relative)) {
        extra.take(child, relative);
      }
    }
    return directory;
  }

  private static List<Path> children(Path directory) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      List<Path> children = new ArrayList<>();
      entries.forEach(children::add);
      children.sort(null);
      return children;
    } catch (java.nio.file.DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  /** Removes a file, a link, or a directory with all in it. */
  static void delete(Path path) throws IOException {
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failed)
              throws IOException {
            if (failed != null) {
              throw failed;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Removes all in a directory and keeps the directory: it may be where something is mounted. */
  static void deleteContents(Path directory) throws IOException {
    for (Path child : children(directory)) {
      delete(child);
    }
  }

  /** Files and their bytes; links and directories count as files without bytes. */
  private static final class Sum {
    private long files;
    private long bytes;

    private Path of(Path path) throws IOException {
      Files.walkFileTree(
          path,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              files++;
              bytes += attributes.isRegularFile() ? attributes.size() : 0;
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
              files += dir.equals(path) ? 0 : 1;
              return FileVisitResult.CONTINUE;
            }
          });
      return path;
    }
  }
}
