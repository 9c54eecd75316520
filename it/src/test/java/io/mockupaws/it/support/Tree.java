package io.mockupaws.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What lies in a folder that somebody may be writing: what goes while it is looked at is left out,
 * where {@link Files#walk} ends with an error. Links are not followed.
 */
public final class Tree {

  private Tree() {}

  /** Everything in it, the folder itself too; nothing when it is not there. */
  public static Map<Path, BasicFileAttributes> of(Path folder) {
    Map<Path, BasicFileAttributes> found = new TreeMap<>();
    try {
      Files.walkFileTree(folder, new Looking(found));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  /** Its regular files. */
  public static List<Path> files(Path folder) {
    return of(folder).entrySet().stream()
        .filter(entry -> entry.getValue().isRegularFile())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Its links. */
  public static List<Path> links(Path folder) {
    return of(folder).entrySet().stream()
        .filter(entry -> entry.getValue().isSymbolicLink())
        .map(Map.Entry::getKey)
        .toList();
  }

  private static final class Looking extends SimpleFileVisitor<Path> {
    private final Map<Path, BasicFileAttributes> found;

    private Looking(Map<Path, BasicFileAttributes> found) {
      this.found = found;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      found.put(folder, attributes);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      found.put(file, attributes);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      return goOn(e);
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
        throws IOException {
      return e == null ? FileVisitResult.CONTINUE : goOn(e);
    }

    private static FileVisitResult goOn(IOException e) throws IOException {
      if (e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw e;
    }
  }
}
