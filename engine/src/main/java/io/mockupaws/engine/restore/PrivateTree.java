package io.mockupaws.engine.restore;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A folder of our own on its way out. A server or its {@code restore_command} that is being ended
 * may still work in it: what goes meanwhile is gone, and what comes goes too.
 */
public final class PrivateTree {
  private static final int TRIES = 100;
  private static final long PAUSE_NANOS = 10_000_000;

  private PrivateTree() {}

  /** Removes it with all that lies in it; links are removed, not followed. */
  public static void remove(Path folder) throws IOException {
    for (int i = 1; !isRemoved(folder, i == TRIES); i++) {
      // a file came behind the listing of its folder
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private static boolean isRemoved(Path folder, boolean last) throws IOException {
    try {
      Files.walkFileTree(folder, new Remover());
      return true;
    } catch (DirectoryNotEmptyException e) {
      if (last) {
        throw e;
      }
      return false;
    }
  }

  private static final class Remover extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      return goOn(e);
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
        throws IOException {
      if (e != null) {
        goOn(e);
      }
      Files.deleteIfExists(folder);
      return FileVisitResult.CONTINUE;
    }

    private static FileVisitResult goOn(IOException e) throws IOException {
      if (e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw e;
    }
  }
}
