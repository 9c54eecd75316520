package io.mockupaws.engine.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A private folder for WAL on its way, locked for as long as its process lives: what a killed one
 * left goes with the next. Java gives up all of a process's locks on a file when it closes any
 * channel to it, so that folders with this process's number are never looked into.
 */
final class WalFolder implements AutoCloseable {
  private static final String BEGUN = "mockupaws-begun-";
  private static final String PREFIX = "mockupaws-wal-";
  private static final Pattern NAME = Pattern.compile(PREFIX + "([0-9]+)-[0-9]+");
  private static final String LOCK = "lock";

  private final Path folder;
  private final FileChannel channel;

  private WalFolder(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * Makes one, which nobody else can enter.
   *
   * @throws Failure LOCAL_FILE
   */
  static WalFolder create(Path parent) {
    String number = Long.toString(ProcessHandle.current().pid());
    try {
      clearAbandoned(parent, number);
      Path begun = Files.createTempDirectory(parent, BEGUN);
      FileChannel channel =
          FileChannel.open(
              begun.resolve(LOCK), Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
      if (channel.tryLock() == null) {
        throw new IOException("somebody else holds the lock of a new file");
      }
      String unique = String.valueOf(begun.getFileName()).substring(BEGUN.length());
      Path folder = parent.resolve(PREFIX + number + "-" + unique);
      Files.move(begun, folder, StandardCopyOption.ATOMIC_MOVE);
      return new WalFolder(folder, channel);
    } catch (IOException e) {
      throw failure(parent, e);
    }
  }

  private static void clearAbandoned(Path parent, String number) throws IOException {
    List<Path> left;
    try (Stream<Path> entries = Files.list(parent)) {
      left = entries.filter(entry -> mayBeAbandoned(entry, number)).toList();
    }
    for (Path entry : left) {
      try (FileChannel channel = FileChannel.open(entry.resolve(LOCK), StandardOpenOption.WRITE);
          FileLock lock = channel.tryLock()) {
        if (lock != null) {
          PrivateTree.remove(entry);
        }
      } catch (NoSuchFileException e) {
        // another process removes it at this moment
      }
    }
  }

  private static boolean mayBeAbandoned(Path entry, String number) {
    Matcher name = NAME.matcher(String.valueOf(entry.getFileName()));
    return name.matches()
        && !name.group(1).equals(number)
        && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)
        && Files.isWritable(entry.resolve(LOCK));
  }

  Path path() {
    return folder;
  }

  @Override
  public void close() {
    try (channel) {
      PrivateTree.remove(folder);
    } catch (IOException e) {
      throw failure(folder, e);
    }
  }

  private static Failure failure(Path path, IOException e) {
    return new Failure(
        ErrorCode.LOCAL_FILE,
        "the folder " + path + " cannot be used for WAL on its way: " + e,
        "look at the rights on that path, or name another folder with --temp-dir",
        e);
  }
}
