package io.mockupaws.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The folders of a {@link DirectoryStore}: made on the way to a new object, durable before the
 * object counts as made, removed with their last object.
 */
final class DirectoryTree {
  static final FileAttribute<Set<PosixFilePermission>> FOLDER_MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private static final int MAX_REMEMBERED = 100_000;
  private static final int MAX_RACES = 100;

  private final Path root;

  /** Folders whose entry in their parent was forced to disk by us, by the inode they had then. */
  private final Map<Path, Object> durable = new ConcurrentHashMap<>();

  DirectoryTree(Path root) {
    this.root = root;
  }

  /**
   * Gives {@code file} the second name {@code name} unless that name is taken, durably.
   *
   * @return whether the name was free
   * @throws UnsupportedOperationException when the file system has no hard links
   */
  boolean link(Path file, Path name) throws IOException {
    Path folder = parent(name);
    NoSuchFileException last = null;
    boolean made = false;
    // A folder that another thread prunes between our two steps is made again.
    for (int race = 0; race < MAX_RACES; race++) {
      try {
        make(folder);
        made = tryLink(file, name);
        forceName(name);
        // Over NFS a link can be made and its answer be lost; the second call then finds it there.
        return made || Files.isSameFile(file, name);
      } catch (NoSuchFileException e) {
        if (made) {
          // Made, and deleted by another before we came to force it.
          return true;
        }
        if (Files.notExists(file)) {
          throw e;
        }
        last = e;
      } catch (IOException e) {
        prune(folder);
        throw e;
      }
    }
    throw last == null ? new IOException("no attempt was made") : last;
  }

  private static boolean tryLink(Path file, Path name) throws IOException {
    try {
      Files.createLink(name, file);
      return true;
    } catch (FileAlreadyExistsException e) {
      if (Files.isDirectory(name)) {
        throw new NotDirectoryException(name + " is a folder");
      }
      return false;
    } catch (FileSystemException e) {
      // EPERM for our own file, or EOPNOTSUPP: a file system that has no links.
      String reason = String.valueOf(e.getReason()).toLowerCase(Locale.ROOT);
      if (reason.contains("not permitted") || reason.contains("not supported")) {
        throw new UnsupportedOperationException(e);
      }
      throw e;
    }
  }

  /**
   * Makes the name of a file durable. Who only found the name owes that too: its maker may not have
   * come so far, and the finder goes on to rely on it.
   */
  void forceName(Path name) throws IOException {
    Path folder = parent(name);
    force(folder);
    forceWayTo(folder);
  }

  private void make(Path folder) throws IOException {
    if (folder.equals(root) || Files.isDirectory(folder)) {
      return;
    }
    make(parent(folder));
    try {
      Files.createDirectory(folder, FOLDER_MODE);
    } catch (FileAlreadyExistsException e) {
      // One look, which finds nothing when it was pruned again meanwhile.
      if (!Files.readAttributes(folder, BasicFileAttributes.class).isDirectory()) {
        throw new NotDirectoryException(folder.toString());
      }
    }
  }

  /** Whoever made a folder may not have forced it yet, so each of its users does it once. */
  private void forceWayTo(Path folder) throws IOException {
    for (Path path = folder; !path.equals(root); path = parent(path)) {
      Object inode = inode(path);
      if (!inode.equals(durable.get(path))) {
        force(parent(path));
        if (durable.size() >= MAX_REMEMBERED) {
          durable.clear();
        }
        durable.put(path, inode);
      }
    }
  }

  private static Object inode(Path path) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    Object key = attributes.fileKey();
    return key == null ? attributes.creationTime() : key;
  }

  /**
   * Removes the folders that became empty, from {@code folder} upwards. What cannot be removed
   * stays: an empty folder is nothing to a reader.
   */
  void prune(Path folder) {
    for (Path path = folder; !path.equals(root); path = parent(path)) {
      try {
        removeFolder(path);
        durable.remove(path);
      } catch (NoSuchFileException e) {
        // Another thread was faster, or it was never made; go on above it.
      } catch (IOException e) {
        return;
      }
    }
  }

  /** Never a file, not even one that takes the folder's place at this moment. */
  private static void removeFolder(Path folder) throws IOException {
    try (DirectoryStream<Path> parent = Files.newDirectoryStream(parent(folder))) {
      if (!(parent instanceof SecureDirectoryStream<Path> secure)) {
        throw new FileSystemException(folder.toString());
      }
      secure.deleteDirectory(folder.getFileName());
    }
  }

  static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    if (parent == null) {
      throw new IllegalArgumentException("no parent: " + path);
    }
    return parent;
  }
}
