package io.mockupaws.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
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
   */
  boolean link(Path file, Path name) throws IOException {
    Path folder = parent(name);
    NoSuchFileException last = null;
    // A folder that another thread prunes between our two steps is made again.
    for (int race = 0; race < MAX_RACES; race++) {
      try {
        make(folder);
        Files.createLink(name, file);
        forceName(name);
        return true;
      } catch (FileAlreadyExistsException e) {
        forceName(name);
        // Over NFS a link can be made and its answer be lost; the second call then finds it there.
        return Files.isSameFile(file, name);
      } catch (NoSuchFileException e) {
        if (Files.notExists(file)) {
          throw e;
        }
        last = e;
      }
    }
    throw last == null ? new IOException("no attempt was made") : last;
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
      if (!Files.isDirectory(folder)) {
        throw e;
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

  /** Removes the folders that became empty, from {@code folder} upwards. */
  void prune(Path folder) throws IOException {
    for (Path path = folder; !path.equals(root); path = parent(path)) {
      try {
        Files.delete(path);
        durable.remove(path);
      } catch (DirectoryNotEmptyException | NoSuchFileException e) {
        return;
      }
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
