package io.mockupaws.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The files that are being written, in {@code .tmp} below the root: the objects' own file system,
 * and a name that no key has.
 */
final class DirectoryTemporaries {
  private static final String NAME = ".tmp";
  private static final FileAttribute<Set<PosixFilePermission>> FILE_MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path folder;
  private final RandomGenerator random;

  /** An empty file of ours, open for writing. */
  record Temporary(Path path, FileChannel channel) {}

  DirectoryTemporaries(Path root, RandomGenerator random) {
    this.folder = root.resolve(NAME);
    this.random = random;
  }

  Temporary create() throws IOException {
    for (; ; ) {
      Path file = folder.resolve(HexFormat.of().toHexDigits(random.nextLong()));
      try {
        return new Temporary(
            file,
            FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), FILE_MODE));
      } catch (FileAlreadyExistsException e) {
        // Another process drew the same number.
      } catch (NoSuchFileException e) {
        makeFolder();
      }
    }
  }

  private void makeFolder() throws IOException {
    try {
      Files.createDirectory(folder, DirectoryTree.FOLDER_MODE);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
  }

  /**
   * Removes the files that nobody wrote to since a moment.
   *
   * @return how many
   */
  int remove(Instant before) throws IOException {
    int removed = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        removed += removeIfOld(file, before) ? 1 : 0;
      }
    } catch (NoSuchFileException e) {
      // Nothing was ever written here.
    }
    return removed;
  }

  private static boolean removeIfOld(Path file, Instant before) throws IOException {
    try {
      return Files.getLastModifiedTime(file).toInstant().isBefore(before)
          && Files.deleteIfExists(file);
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}
