package io.mockupaws.engine.restore;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/**
 * Finds the files of a target that have the backup's content already: every file is read, since
 * neither its size nor its time says what is in it. A file that something else shares, by a hard
 * link, counts as another one: the server would write into both.
 */
final class Unchanged {
  private static final int READ_BUFFER = 256 << 10;

  private final Path target;
  private final BackupFiles backup;
  private final Set<Path> followed;
  private final Map<Path, Boolean> safeParents = new ConcurrentHashMap<>();
  private final LongAdder readBytes = new LongAdder();

  /**
   * Compares.
   *
   * @param followed links in the target that the plan leads through
   */
  Unchanged(Path target, BackupFiles backup, Set<Path> followed) {
    this.target = target;
    this.backup = backup;
    this.followed = Set.copyOf(followed);
  }

  /** Bytes compared so far. */
  long readBytes() {
    return readBytes.sum();
  }

  /** What lies at a file's place. */
  private enum Found {
    SAME,
    /** A file of the same size, of which the backup has no checksum. */
    ALIKE,
    OTHER
  }

  /**
   * Gives every wanted file to one of the three; from several threads.
   *
   * @param alike takes those of the right size of which only the backup's bytes can tell
   */
  void sort(Workers workers, IntConsumer same, IntConsumer alike, IntConsumer other) {
    workers.forEach(
        IntStream.range(0, backup.table().count()).filter(backup::isWritten).iterator(),
        file -> {
          switch (look(file, workers)) {
            case SAME -> same.accept(file);
            case ALIKE -> alike.accept(file);
            case OTHER -> other.accept(file);
          }
        });
  }

  private Found look(int file, Workers workers) {
    Path place = backup.place(target, file);
    long size = backup.table().size(file);
    try {
      Map<String, Object> found = Files.readAttributes(place, "unix:*", NOFOLLOW_LINKS);
      OptionalInt crc = backup.table().crc32c(file);
      boolean alike =
          Boolean.TRUE.equals(found.get("isRegularFile"))
              && Integer.valueOf(1).equals(found.get("nlink"))
              && Long.valueOf(size).equals(found.get("size"));
      if (!alike || !isInside(LocalFiles.parent(place))) {
        return Found.OTHER;
      }
      if (crc.isEmpty()) {
        return Found.ALIKE;
      }
      return checksum(place, workers) == crc.getAsInt() ? Found.SAME : Found.OTHER;
    } catch (IOException e) {
      return Found.OTHER; // not there, or it cannot be read: written anew
    }
  }

  /** Whether no link leads from the target to a directory, but for those that are followed. */
  private boolean isInside(Path directory) {
    if (directory.equals(target)) {
      return true;
    }
    return safeParents.computeIfAbsent(directory, this::looksInside);
  }

  private boolean looksInside(Path directory) {
    for (Path at = directory; !at.equals(target); at = LocalFiles.parent(at)) {
      if (!Files.isDirectory(at, NOFOLLOW_LINKS) && !followed.contains(at)) {
        return false;
      }
    }
    return true;
  }

  private int checksum(Path place, Workers workers) throws IOException {
    CRC32C crc = new CRC32C();
    ByteBuffer buffer = ByteBuffer.allocate(READ_BUFFER);
    try (FileChannel channel = FileChannel.open(place, Set.of(READ, NOFOLLOW_LINKS))) {
      while (channel.read(buffer.clear()) >= 0) {
        workers.check();
        readBytes.add(buffer.position());
        crc.update(buffer.flip());
      }
    }
    return (int) crc.getValue();
  }
}
