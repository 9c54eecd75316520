package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps every other stream out of a spool directory, until it is closed or its process ends. Two
 * leases of different stores, or one that ran out, do not stand between two streams there.
 */
final class SpoolLock implements AutoCloseable {
  private static final String NAME = "lock";

  /**
   * Those of this process. Asked before the file is opened: closing any channel of a file takes the
   * process's lock from it.
   */
  private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final FileChannel channel;

  private SpoolLock(Path directory, FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
  }

  /**
   * Takes the lock of a directory that exists.
   *
   * @throws Failure LEASE_HELD
   */
  static SpoolLock of(Path directory) throws IOException {
    Path real = directory.toRealPath();
    if (!OURS.add(real)) {
      throw held(directory);
    }
    Optional<FileChannel> locked = Optional.empty();
    try {
      locked = locked(real.resolve(NAME));
      return new SpoolLock(real, locked.orElseThrow(() -> held(directory)));
    } finally {
      if (locked.isEmpty()) {
        OURS.remove(real);
      }
    }
  }

  @SuppressWarnings("StreamResourceLeak") // the channel is the lock
  private static Optional<FileChannel> locked(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // another class loader's stream has it
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
    return lock == null ? Optional.empty() : Optional.of(channel);
  }

  private static Failure held(Path directory) {
    return new Failure(
        ErrorCode.LEASE_HELD,
        "another stream uses the spool directory " + directory,
        "Let it finish or stop it, or set another spool directory for this one.");
  }

  /** Lets go. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // The kernel has let go of it all the same.
    } finally {
      OURS.remove(directory);
    }
  }
}
