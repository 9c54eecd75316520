package io.mockupaws.engine.configuration;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Small files of this host, written whole and durable, or not at all. */
final class HostFiles {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private HostFiles() {}

  static Optional<byte[]> read(Path path) {
    try {
      return Optional.of(Files.readAllBytes(path));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw failure("reading", path, e);
    }
  }

  /**
   * Makes or replaces a file. One that is there keeps its mode and owner; another gets that mode,
   * and the owner of its directory where that can be.
   */
  static void write(Path path, byte[] content, int mode) {
    Path directory = parent(path);
    Path beside = directory.resolve(path.getFileName() + ".unfinished");
    try {
      makeDirectories(directory);
      Files.deleteIfExists(beside);
      try (FileChannel channel =
          FileChannel.open(
              beside,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        boolean there = Files.exists(path);
        give(beside, there ? path : directory);
        Set<PosixFilePermission> rights =
            EnumSet.copyOf(there ? Files.getPosixFilePermissions(path) : permissions(mode));
        if (there && mode == 0600) {
          rights.retainAll(OWNER_ONLY); // what is to be private is not opened by what was there
        }
        Files.setPosixFilePermissions(beside, rights);
        channel.force(true);
      }
      Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE);
      sync(directory);
    } catch (IOException e) {
      throw failure("writing", path, e);
    }
  }

  private static void makeDirectories(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Path above = parent(directory);
      makeDirectories(above);
      Files.createDirectory(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      give(directory, above);
      sync(above);
    }
  }

  /** Keeps what a path holds under another name too; the path itself goes on as it is. */
  static void keep(Path path, Path aside) {
    try {
      try {
        Files.createLink(aside, path);
      } catch (FileAlreadyExistsException e) {
        throw e;
      } catch (IOException | UnsupportedOperationException e) {
        Files.copy(path, aside, StandardCopyOption.COPY_ATTRIBUTES);
      }
      sync(parent(aside));
    } catch (IOException e) {
      throw failure("keeping aside", path, e);
    }
  }

  static void remove(Path path) {
    try {
      Files.delete(path);
      sync(parent(path));
    } catch (IOException e) {
      throw failure("removing", path, e);
    }
  }

  private static Path parent(Path path) {
    return Optional.ofNullable(path.toAbsolutePath().getParent()).orElse(Path.of("/"));
  }

  private static void give(Path path, Path as) throws IOException {
    Object owner = Files.getAttribute(as, "unix:uid");
    Object group = Files.getAttribute(as, "unix:gid");
    if (!owner.equals(Files.getAttribute(path, "unix:uid"))) {
      Files.setAttribute(path, "unix:uid", owner);
    }
    if (!group.equals(Files.getAttribute(path, "unix:gid"))) {
      Files.setAttribute(path, "unix:gid", group);
    }
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    PosixFilePermission[] fromOwnerRead = PosixFilePermission.values();
    Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
    for (int i = 0; i < fromOwnerRead.length; i++) {
      if ((mode & (0400 >> i)) != 0) {
        set.add(fromOwnerRead[i]);
      }
    }
    return set;
  }

  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static Failure failure(String doing, Path path, IOException e) {
    String reason = String.valueOf(e.getMessage());
    boolean full = reason.contains("No space left") || reason.contains("quota exceeded");
    return new Failure(
        full ? ErrorCode.DISK_FULL : ErrorCode.LOCAL_FILE,
        doing + " " + path + " failed: " + e.getClass().getSimpleName() + ": " + reason,
        full
            ? "make room on that file system; each file is as it was or as it shall be"
            : "run as the user who owns it, or as root; each file is as it was or as it shall be",
        e);
  }
}
