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
 * removes all; so does the end of this process, Ctrl-C included. What a demo left that was killed
 * outright, the next one ends and removes.
 */
final class Workplace implements AutoCloseable {

  /** Ends something; it is called once, and may be called while that is starting or working. */
  @FunctionalInterface
  interface Ending {
    void end();
  }

  private static final String PREFIX = "mockupaws-demo-";

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
      Abandoned.clear(PREFIX);
      Path folder = Files.createTempDirectory(PREFIX);
      Abandoned.sign(folder, ProcessHandle.current());
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

  /** Where the first server shall live; it is ended too, whenever it appears. */
  Path dataDirectory() {
    return serverDirectory(Abandoned.DATA);
  }

  /** Where a command will start the recovered server; it is ended too, whenever it appears. */
  Path restoredDirectory() {
    return serverDirectory(Abandoned.RESTORED);
  }

  private Path serverDirectory(String name) {
    Path directory = folder.resolve(name);
    atEnd(() -> StartedServer.kill(directory));
    return directory;
  }

  /** Remembers a process that has just been started, also for a demo after this one. */
  void atEndKill(Process process) {
    Abandoned.note(folder, process.toHandle());
    atEnd(process::destroyForcibly);
  }

  /** Leaves running what runs, and all files, for good. */
  synchronized void keep() {
    keep = true;
    Abandoned.disown(folder);
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
