package io.mockupaws.demo.story;

import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.StartedServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One temporary folder for everything the demo makes, and a list of what runs. Closing it ends and
 * removes all; so does the end of this process, Ctrl-C included.
 */
final class Workplace implements AutoCloseable {

  /** Ends something; it is called once, and may be called while that is starting or working. */
  @FunctionalInterface
  interface Ending {
    void end();
  }

  private final Path folder;
  private final Deque<Ending> endings = new ArrayDeque<>();
  private final Thread hook = new Thread(this::clear, "demo-cleanup");
  private boolean cleared;
  private boolean keep;

  private Workplace(Path folder) {
    this.folder = folder;
  }

  /** Servers may run as another user, so others may pass through the folder, not look around. */
  static Workplace create() {
    try {
      Path folder = Files.createTempDirectory("mockupaws-demo-");
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
      Workplace workplace = new Workplace(folder);
      Runtime.getRuntime().addShutdownHook(workplace.hook);
      return workplace;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path folder() {
    return folder;
  }

  /** A new folder in it that only we can enter. */
  Path privateFolder(String name) {
    try {
      return Files.createDirectory(
          folder.resolve(name),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Remembers how to end something that has just been started. */
  synchronized void atEnd(Ending ending) {
    if (cleared) {
      ending.end();
      throw new DemoFailure("the demo was stopped");
    }
    endings.push(ending);
  }

  /** A server that a command will start there is ended too, whenever it appears. */
  void atEndKillServerOf(Path dataDirectory) {
    atEnd(() -> StartedServer.kill(dataDirectory));
  }

  /** Leaves running what runs, and all files. */
  synchronized void keep() {
    keep = true;
  }

  @Override
  public void close() {
    clear();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending: the hook runs already, and finds nothing left to do.
      return;
    }
  }

  private synchronized void clear() {
    if (cleared || keep) {
      return;
    }
    cleared = true;
    RuntimeException first = null;
    while (!endings.isEmpty()) {
      try {
        endings.pop().end();
      } catch (RuntimeException e) {
        first = first == null ? e : first;
      }
    }
    FileTrees.delete(folder);
    if (first != null) {
      throw first;
    }
  }
}
