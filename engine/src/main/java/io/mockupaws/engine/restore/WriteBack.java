package io.mockupaws.engine.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Asks file systems to write back everything that is dirty, once for each, by {@code sync -f} of
 * the coreutils ({@code syncfs}(2)). It promises nothing: some file systems do little, and where
 * there is no such program nothing happens. What must be durable is forced file by file afterwards,
 * which is quick then: one commit of the file system's journal has taken the place of one for each
 * file. An error that it meets is none that may be passed over: a later force need not see it.
 */
final class WriteBack {
  /** What the coreutils say of a file system that did not write back. */
  private static final String FAILED = "error syncing";

  private static final long LOOK_MILLIS = 50;

  private final String program;

  /** By a program of this name or path. */
  WriteBack(String program) {
    this.program = program;
  }

  /**
   * Asks for the file systems of these directories, which are there.
   *
   * @param check is called meanwhile, and ends it by throwing: beside a busy server a file system
   *     may write for minutes
   * @throws Failure LOCAL_FILE when one could not write back
   */
  void ask(Collection<Path> directories, Runnable check) {
    Map<Object, Path> one = new LinkedHashMap<>();
    directories.forEach(path -> one.putIfAbsent(Room.HOST.fileSystem(path), path));
    one.values().forEach(directory -> ask(directory, check));
  }

  private void ask(Path directory, Runnable check) {
    try {
      ProcessBuilder builder =
          Commands.builder(List.of(program, "-f", directory.toString())).redirectErrorStream(true);
      builder.environment().put("LC_ALL", "C");
      Process process = builder.start();
      await(process, check);
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.exitValue() != 0 && said.contains(FAILED)) {
        throw new Failure(
            ErrorCode.LOCAL_FILE,
            "the file system of " + directory + " could not write back: " + said.strip(),
            "look at the host's kernel log and at the disk; restore to another one");
      }
    } catch (IOException e) {
      // There is no such program: each force does all the work itself.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One that is left alone ends by itself when the kernel lets it. */
  private static void await(Process process, Runnable check) throws InterruptedException {
    try {
      while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        check.run();
      }
    } catch (Failure e) {
      process.destroyForcibly();
      throw e;
    }
  }
}
