package io.mockupaws.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A command under way. */
public final class RunningProgram implements AutoCloseable {

  private final String command;
  private final Process process;
  private final Path out;
  private final Path err;
  private final long started = System.nanoTime();
  private final Thread hook;

  RunningProgram(String command, Process process, Path out, Path err) {
    this.command = command;
    this.process = process;
    this.hook = new Thread(process::destroyForcibly, "end-of-" + process.pid());
    this.out = out;
    this.err = err;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  public boolean isRunning() {
    return process.isAlive();
  }

  public long pid() {
    return process.pid();
  }

  /** Waits for its end; one that does not end is killed and is an error. */
  public Outcome await() {
    try {
      if (!process.waitFor(Program.patience().toSeconds(), TimeUnit.SECONDS)) {
        kill();
        throw new AssertionError("does not end: " + outcome().told());
      }
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted during " + command, e);
    }
    return outcome();
  }

  /** SIGTERM, as a service manager stops it. */
  public Outcome stop() {
    terminate();
    return await();
  }

  /** As above, without waiting for the end. */
  public void terminate() {
    process.destroy();
  }

  /** SIGINT, as Ctrl-C sends it. */
  public Outcome interrupt() {
    try {
      new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return await();
  }

  /** SIGKILL. */
  public void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Standard error so far. */
  public String messages() {
    return read(err);
  }

  /** Standard output so far. */
  public String output() {
    return read(out);
  }

  @Override
  public void close() {
    kill();
    Runtime.getRuntime().removeShutdownHook(hook);
    try {
      Files.deleteIfExists(out);
      Files.deleteIfExists(err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Outcome outcome() {
    Duration took = Duration.ofNanos(System.nanoTime() - started);
    return new Outcome(command, process.exitValue(), read(out), read(err), took);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
