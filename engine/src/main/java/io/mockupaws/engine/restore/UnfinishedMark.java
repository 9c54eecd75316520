package io.mockupaws.engine.restore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file in the target from the first byte of a restore to the last. Making it claims the directory
 * against a second restore; together with the missing control file it tells that a directory is
 * unfinished. While the restore runs the file is locked, so that a dead one can be told from it.
 */
final class UnfinishedMark implements AutoCloseable {
  static final String NAME = "mockupaws.unfinished";

  private static final Pattern SYSTEM = Pattern.compile("system identifier ([0-9]+)");

  /**
   * Those of this process. Asked before the file is opened: closing any channel of a file takes the
   * process's lock from it.
   */
  private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

  private final Path target;
  private final FileChannel channel;

  private UnfinishedMark(Path target, FileChannel channel) {
    this.target = target;
    this.channel = channel;
  }

  /** What is being restored. */
  record Text(String backup, long systemIdentifier, Instant now) {
    private byte[] bytes() {
      String text =
          "A restore of the backup "
              + backup
              + " of the cluster with the system identifier "
              + Long.toUnsignedString(systemIdentifier)
              + " began here at "
              + now
              + " and is not finished.\nThis directory cannot be started. Unless the restore is"
              + " still running, restore again: with --delta, or after removing the directory.\n";
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }

  /**
   * Claims the directory.
   *
   * @throws FileAlreadyExistsException when there is a mark already
   */
  static UnfinishedMark set(Path target, Text text) throws IOException {
    return claim(target, text, StandardOpenOption.CREATE_NEW);
  }

  /**
   * Claims the directory, from a restore that was broken off too.
   *
   * @throws FileAlreadyExistsException when a restore is running in it
   */
  static UnfinishedMark takeOver(Path target, Text text) throws IOException {
    return claim(target, text, StandardOpenOption.CREATE);
  }

  private static UnfinishedMark claim(Path target, Text text, StandardOpenOption how)
      throws IOException {
    Path file = target.resolve(NAME);
    if (!OURS.add(target)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    Optional<FileChannel> channel = Optional.empty();
    try {
      channel = locked(file, how);
      FileChannel mark = channel.orElseThrow(() -> new FileAlreadyExistsException(file.toString()));
      mark.truncate(0);
      LocalFiles.writeFully(mark, ByteBuffer.wrap(text.bytes()), 0);
      mark.force(true);
      LocalFiles.syncDirectory(target);
      return new UnfinishedMark(target, mark);
    } finally {
      if (channel.isEmpty()) {
        OURS.remove(target);
      }
    }
  }

  @SuppressWarnings("StreamResourceLeak") // the channel is the lock
  private static Optional<FileChannel> locked(Path file, StandardOpenOption how)
      throws IOException {
    FileChannel channel =
        FileChannel.open(file, Set.of(how, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // another class loader's restore has it
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
    return lock == null ? Optional.empty() : Optional.of(channel);
  }

  static boolean isSet(Path target) {
    return Files.exists(target.resolve(NAME), LinkOption.NOFOLLOW_LINKS);
  }

  /** Whose restore was not finished; empty where the mark does not tell. */
  static Optional<Long> systemIdentifier(Path target) {
    Path file = target.resolve(NAME);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || OURS.contains(target)) {
      return Optional.empty();
    }
    return LocalFiles.read(file)
        .map(content -> SYSTEM.matcher(new String(content, StandardCharsets.UTF_8)))
        .filter(Matcher::find)
        .map(found -> Long.parseUnsignedLong(found.group(1)));
  }

  /** The directory is finished. */
  void remove() throws IOException {
    Files.deleteIfExists(target.resolve(NAME));
    LocalFiles.syncDirectory(target);
  }

  /** Lets go; the file stays unless it was removed. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // The kernel has let go of it all the same.
    } finally {
      OURS.remove(target);
    }
  }
}
