package io.mockupaws.demo.postgres;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * A folder unpacked from an archive by whoever needs it first.
 *
 * <p>The folder appears whole by one rename, so that two programs may unpack at the same time and
 * one killed half-way leaves nothing that looks finished. Since the place is guessable and may lie
 * in a folder anybody can write to, one that is not ours alone to write is refused: we run what
 * lies in it.
 */
final class UnpackedOnce {

  /** Opens the archive, a tar in xz. */
  @FunctionalInterface
  interface Archive {
    InputStream open() throws IOException;
  }

  private static final Set<PosixFilePermission> FOLDER =
      PosixFilePermissions.fromString("rwxr-xr-x");

  private UnpackedOnce() {}

  static void unpack(Archive archive, Path folder) throws IOException {
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      demandOurs(folder);
      return;
    }
    Path unfinished = Files.createTempDirectory(folder.getParent(), folder.getFileName() + ".");
    try {
      extract(archive, unfinished);
      Files.setPosixFilePermissions(unfinished, FOLDER);
      Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      // An atomic move onto a full folder fails with no more special exception than this.
      if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
        throw e;
      }
      demandOurs(folder);
    } finally {
      FileTrees.delete(unfinished);
    }
  }

  private static void demandOurs(Path folder) throws IOException {
    boolean ours =
        Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
            && Files.getAttribute(folder, "unix:uid").equals(HostUser.current().uid());
    Set<PosixFilePermission> mode = Files.getPosixFilePermissions(folder);
    if (!ours
        || mode.contains(PosixFilePermission.GROUP_WRITE)
        || mode.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new PostgresFailure(
          folder + " is not ours alone to write; remove it, or set java.io.tmpdir elsewhere");
    }
  }

  private static void extract(Archive archive, Path folder) throws IOException {
    try (InputStream in = archive.open();
        XZInputStream plain = new XZInputStream(new BufferedInputStream(in));
        TarArchiveInputStream tar = new TarArchiveInputStream(plain)) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path path = folder.resolve(entry.getName()).normalize();
        if (!path.startsWith(folder)) {
          throw new IOException("an entry that leads outside: " + entry.getName());
        }
        extract(tar, entry, path);
      }
    }
  }

  private static void extract(TarArchiveInputStream tar, TarArchiveEntry entry, Path path)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      Files.setPosixFilePermissions(path, FOLDER);
      return;
    }
    Files.createDirectories(path.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
    } else if (entry.isLink()) {
      throw new IOException("a hard link: " + entry.getName());
    } else {
      Files.copy(tar, path);
      Files.setPosixFilePermissions(path, readable((entry.getMode() & 0100) != 0));
    }
  }

  private static Set<PosixFilePermission> readable(boolean executable) {
    return executable
        ? EnumSet.copyOf(FOLDER)
        : EnumSet.copyOf(PosixFilePermissions.fromString("rw-r--r--"));
  }
}
