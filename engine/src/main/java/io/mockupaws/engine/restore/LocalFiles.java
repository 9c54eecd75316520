package io.mockupaws.engine.restore;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The few things done to local files, each durable when it returns unless it says otherwise. */
final class LocalFiles {
  /** Files are made for their owner alone; their final mode is set when they are whole. */
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private LocalFiles() {}

  /** Something done to files. */
  @FunctionalInterface
  interface Action<T> {
    T run() throws IOException;
  }

  /** Does it, and tells a full disk from other faults. */
  static <T> T attempt(String doing, Path path, Action<T> action) {
    try {
      return action.run();
    } catch (IOException e) {
      throw failure(doing, path, e);
    }
  }

  private static Failure failure(String doing, Path path, IOException e) {
    String reason = String.valueOf(e.getMessage());
    if (isFull(reason)) {
      return new Failure(
          ErrorCode.DISK_FULL,
          "no space left while " + doing + " " + path,
          "free space on that file system or restore to another one; the unfinished directory can"
              + " be removed",
          e);
    }
    return new Failure(
        ErrorCode.LOCAL_FILE,
        doing + " " + path + " failed: " + e.getClass().getSimpleName() + ": " + reason,
        "look at the rights on that path and at the file system",
        e);
  }

  private static boolean isFull(String reason) {
    String lower = reason.toLowerCase(Locale.ROOT);
    return lower.contains("no space left") || lower.contains("quota exceeded");
  }

  /** Opens for writing at any place, and makes the file when it is not there. */
  static FileChannel openForPieces(Path path) throws IOException {
    return FileChannel.open(
        path, Set.of(CREATE, WRITE), PosixFilePermissions.asFileAttribute(OWNER_ONLY));
  }

  /** Writes from position to limit at a place in the file. */
  static void writeFully(FileChannel channel, ByteBuffer bytes, long offset) throws IOException {
    long at = offset;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  /** Makes or replaces a small file. A crash leaves the old or the new content. */
  static void write(Path path, byte[] content, int mode, Owner owner) {
    attempt(
        "writing",
        path,
        () -> {
          Path beside = path.resolveSibling(path.getFileName() + ".unfinished");
          try (FileChannel channel =
              FileChannel.open(
                  beside,
                  Set.of(CREATE, WRITE, TRUNCATE_EXISTING),
                  PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
            writeFully(channel, ByteBuffer.wrap(content), 0);
            setMode(beside, mode);
            owner.give(beside);
            channel.force(true);
          }
          Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE);
          syncDirectory(parent(path));
          return Optional.empty();
        });
  }

  /** Makes a file durable. */
  static void sync(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, WRITE)) {
      channel.force(true);
    }
  }

  /** Makes the entries of a directory durable. */
  static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, READ)) {
      channel.force(true);
    }
  }

  /** The content of a small file; empty when there is none. */
  static Optional<byte[]> read(Path path) {
    return attempt(
        "reading",
        path,
        () -> {
          try {
            return Optional.of(Files.readAllBytes(path));
          } catch (NoSuchFileException e) {
            return Optional.empty();
          }
        });
  }

  /** Sets POSIX permission bits. */
  static void setMode(Path path, int mode) throws IOException {
    Files.setPosixFilePermissions(path, permissions(mode));
  }

  /** POSIX permission bits. */
  static int mode(Path path) throws IOException {
    return (int) Files.getAttribute(path, "unix:mode") & 07777;
  }

  /**
   * Makes a directory and those above it that are missing, all inside {@code root} and with its
   * mode and owner.
   */
  static Path makeDirectories(Path root, Path directory, Owner owner) throws IOException {
    if (!Files.isDirectory(directory)) {
      makeDirectories(root, parent(directory), owner);
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(permissions(0700)));
      setMode(directory, mode(root));
      owner.give(directory);
    }
    return directory;
  }

  /** Permission bits as a set; bits above 0777 are left out. */
  static Set<PosixFilePermission> permissions(int mode) {
    PosixFilePermission[] fromOwnerRead = PosixFilePermission.values();
    Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
    for (int i = 0; i < fromOwnerRead.length; i++) {
      if ((mode & (0400 >> i)) != 0) {
        set.add(fromOwnerRead[i]);
      }
    }
    return set;
  }

  /** The directory a path lies in. */
  static Path parent(Path path) {
    return Optional.ofNullable(path.toAbsolutePath().getParent()).orElse(path.toAbsolutePath());
  }
}
