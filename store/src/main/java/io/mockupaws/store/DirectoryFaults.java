package io.mockupaws.store;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.format.ObjectKey;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/** What an {@link IOException} of a directory means to the operator. */
final class DirectoryFaults {
  /** Under this a file system counts as full, whatever words its error came in. */
  private static final long NEARLY_NOTHING = 64 * 1024;

  private final Path root;

  DirectoryFaults(Path root) {
    this.root = root;
  }

  /**
   * @param doing for the message, for example "write wal/00000001"
   */
  StoreException of(String doing, IOException e) {
    if (isFull(e)) {
      return full(doing, e);
    }
    if (!Files.isDirectory(root) && !(e instanceof AccessDeniedException)) {
      return noRoot(e);
    }
    if (isDenied(e)) {
      return denied(doing, e);
    }
    return new StoreException(
        ErrorCode.STORE_UNREACHABLE,
        "Could not " + doing + " in " + root + ": " + reason(e),
        "Look for faults of the disk or the mount in the system's log.",
        false,
        e);
  }

  /** As {@link #of}, where a file that is not there means that the object is missing. */
  StoreException ofObject(String verb, ObjectKey key, IOException e) {
    boolean gone = e instanceof NoSuchFileException || isBelowFile(key);
    if (gone && Files.isDirectory(root)) {
      return StoreFaults.missing(key, root.toString());
    }
    return of(verb + " " + key, e);
  }

  /** As {@link #of}, where a name in the way may be a folder or a file. */
  StoreException ofCreation(ObjectKey key, IOException e) {
    if (isBelowFile(key) || Files.isDirectory(root.resolve(key.value()))) {
      return StoreFaults.nested(key);
    }
    return of("make " + key, e);
  }

  StoreException noRoot(IOException cause) {
    return new StoreException(
        ErrorCode.STORE_NO_BUCKET,
        "There is no directory " + root,
        "Correct the address or mount the file system; init makes the directory of a new"
            + " repository.",
        false,
        cause);
  }

  StoreException noLinks(Throwable cause) {
    return new StoreException(
        ErrorCode.STORE_CONFLICT,
        "The file system of "
            + root
            + " has no hard links, so two writers of one object could not"
            + " be told apart",
        "Use a file system with hard links, such as ext4, xfs, btrfs, zfs or NFS.",
        false,
        cause);
  }

  /** Whether a part of the key's path that should be a folder is a file. */
  boolean isBelowFile(ObjectKey key) {
    Path path = root.resolve(key.value()).getParent();
    while (path != null && path.startsWith(root)) {
      if (Files.isRegularFile(path)) {
        return true;
      }
      path = path.getParent();
    }
    return false;
  }

  private StoreException full(String doing, IOException e) {
    String free;
    try {
      free = usable() / 1024 + " KiB are free";
    } catch (IOException suppressed) {
      e.addSuppressed(suppressed);
      free = "how much is free cannot be told";
    }
    return new StoreException(
        ErrorCode.STORE_FULL,
        "Could not " + doing + ": the file system or the quota of " + root + " is full, " + free,
        "Free space there or enlarge it; cleanup --dry-run shows what retention would remove.",
        false,
        e);
  }

  private StoreException denied(String doing, IOException e) {
    return new StoreException(
        ErrorCode.STORE_DENIED,
        "Not allowed to " + doing + " in " + root + ": " + reason(e),
        "Give user "
            + System.getProperty("user.name")
            + " the right to read and write the directory and everything in it.",
        false,
        e);
  }

  private boolean isFull(IOException e) {
    String reason = reason(e).toLowerCase(Locale.ROOT);
    if (reason.contains("no space left") || reason.contains("quota exceeded")) {
      return true;
    }
    try {
      // The system's words may be in another language than ours.
      return !(e instanceof FileSystemException) && usable() < NEARLY_NOTHING;
    } catch (IOException suppressed) {
      e.addSuppressed(suppressed);
      return false;
    }
  }

  private static boolean isDenied(IOException e) {
    String reason = reason(e).toLowerCase(Locale.ROOT);
    return e instanceof AccessDeniedException
        || reason.contains("read-only file system")
        || reason.contains("not permitted");
  }

  private long usable() throws IOException {
    return Files.getFileStore(root).getUsableSpace();
  }

  private static String reason(IOException e) {
    if (e instanceof FileSystemException fault && fault.getReason() != null) {
      return fault.getReason();
    }
    return e instanceof AccessDeniedException
        ? "permission denied"
        : String.valueOf(e.getMessage());
  }
}
