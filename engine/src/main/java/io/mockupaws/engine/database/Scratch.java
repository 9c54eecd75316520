package io.mockupaws.engine.database;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.restore.PrivateTree;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folder of a scratch server. It is locked for as long as its process lives, so that the next
 * one can tell what was left by one that was killed; the kernel gives the lock back, whatever the
 * clock or the process numbers say. Closing it ends the server and removes everything.
 *
 * <p>Java gives up all of a process's locks on a file when it closes any channel to it: a folder
 * that this process made is never looked into. The number in its name does not tell: in a container
 * each process may have the same.
 */
public final class Scratch implements AutoCloseable {
  private static final String PREFIX = "mockupaws-scratch-";
  private static final Pattern NAME = Pattern.compile(PREFIX + "([0-9]+)-[0-9a-f]+");
  private static final String LOCK = "lock";
  private static final String DATA = "data";

  /** PostgreSQL's and the kernel's limit of a socket's path, and what follows the directory. */
  private static final int LONGEST_SOCKET = 107 - "/.s.PGSQL.65535".length();

  /** Of this process, until they are closed. */
  private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel channel;

  private Scratch(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * The folder that would be made.
   *
   * @throws Failure USAGE when its path is too long for the server's socket
   */
  public static Path place(Path temporary, String id) {
    Path folder =
        temporary
            .toAbsolutePath()
            .normalize()
            .resolve(PREFIX + ProcessHandle.current().pid() + "-" + id);
    if (data(folder).toString().getBytes(java.nio.charset.StandardCharsets.UTF_8).length
        > LONGEST_SOCKET) {
      throw new Failure(
          ErrorCode.USAGE,
          "the path " + folder + " is too long for the socket of a server",
          "name a folder with a shorter path: --temp-dir DIR");
    }
    return folder;
  }

  /** Where the scratch server's files go. */
  public static Path data(Path folder) {
    return folder.resolve(DATA);
  }

  /**
   * Makes it. As root the server runs as another user, who must get through; its own directory is
   * for its user alone in any case.
   */
  public static Scratch create(Path folder) {
    Path begun = folder.resolveSibling(folder.getFileName() + ".begun");
    try {
      Files.createDirectory(
          begun,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      FileChannel channel =
          FileChannel.open(
              begun.resolve(LOCK),
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      if (channel.tryLock() == null) {
        throw new IOException("somebody else holds the lock of a new file");
      }
      boolean root = (int) Files.getAttribute(begun, "unix:uid") == 0;
      Files.setPosixFilePermissions(
          begun, PosixFilePermissions.fromString(root ? "rwx--x--x" : "rwx------"));
      OURS.add(folder);
      Files.move(begun, folder, StandardCopyOption.ATOMIC_MOVE);
      return new Scratch(folder, channel);
    } catch (IOException e) {
      throw failure("making", folder, e);
    }
  }

  /**
   * Removes what processes left that were killed, their servers too; of other users nothing.
   *
   * @return the folders that were removed
   */
  static List<Path> clearAbandoned(Path temporary) {
    List<Path> cleared = new ArrayList<>();
    try (Stream<Path> entries = Files.list(temporary)) {
      for (Path folder : entries.filter(Scratch::mayBeAbandoned).toList()) {
        if (clearIfUnlocked(folder)) {
          cleared.add(folder);
        }
      }
    } catch (IOException e) {
      throw failure("looking for what was left in", temporary, e);
    }
    return cleared;
  }

  /**
   * As {@link #clearAbandoned}, there and in the usual place: whoever was killed may have been told
   * another one.
   */
  public static List<Path> clearAll(Path temporary) {
    Set<Path> places = new LinkedHashSet<>();
    places.add(temporary.toAbsolutePath().normalize());
    places.add(Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath().normalize());
    return places.stream().flatMap(place -> clearAbandoned(place).stream()).toList();
  }

  private static boolean mayBeAbandoned(Path folder) {
    Matcher name = NAME.matcher(folder.getFileName().toString());
    return name.matches()
        && !OURS.contains(folder.toAbsolutePath().normalize())
        && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
        && isOfThisUser(folder)
        && Files.isWritable(folder)
        && Files.isWritable(folder.resolve(LOCK));
  }

  /** A superuser could write everywhere, and would follow where another user leads. */
  private static boolean isOfThisUser(Path folder) {
    try {
      int owner = (int) Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
      return owner == (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean clearIfUnlocked(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock == null) {
        return false;
      }
      ScratchServer.kill(data(folder));
      PrivateTree.remove(folder);
      return true;
    } catch (NoSuchFileException e) {
      // another process removes it at this moment
      return false;
    }
  }

  Path data() {
    return data(folder);
  }

  /** A file of this run's in it, for its user alone. */
  Path newFile(String name) {
    try {
      return Files.createFile(
          folder.resolve(name),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (IOException e) {
      throw failure("making", folder.resolve(name), e);
    }
  }

  @Override
  public void close() {
    try (channel) {
      ScratchServer.kill(data());
      PrivateTree.remove(folder);
      OURS.remove(folder);
    } catch (IOException e) {
      throw failure("removing", folder, e);
    }
  }

  private static Failure failure(String doing, Path path, IOException e) {
    return new Failure(
        ErrorCode.LOCAL_FILE,
        doing + " " + path + " failed: " + e.getClass().getSimpleName() + ": " + e.getMessage(),
        "look at the rights on that path, or name another folder with --temp-dir",
        e);
  }
}
