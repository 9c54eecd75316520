package io.mockupaws.demo.story;

import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.StartedServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Workplaces whose demo was killed outright. Each is signed by its process, and lists the processes
 * it started; a process is known by its number and its time of start, so that a number used again
 * means nothing.
 */
final class Abandoned {

  static final String DATA = "data";
  static final String RESTORED = "restored";

  private static final String OWNER = "owner";
  private static final String PROCESSES = "processes";

  private Abandoned() {}

  /** Says whose workplace it is. */
  static void sign(Path workplace, ProcessHandle owner) {
    try {
      Files.createDirectory(workplace.resolve(PROCESSES));
      write(workplace.resolve(OWNER), owner);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Notes a process that belongs to the workplace. */
  static void note(Path workplace, ProcessHandle process) {
    try {
      write(workplace.resolve(PROCESSES).resolve(Long.toString(process.pid())), process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From now on nobody removes the workplace but by hand. */
  static void disown(Path workplace) {
    try {
      Files.deleteIfExists(workplace.resolve(OWNER));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends what runs of every abandoned workplace of ours, and removes it. */
  static void clear(String prefix) {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    try (Stream<Path> all = Files.list(temporary)) {
      all.filter(path -> path.getFileName().toString().startsWith(prefix))
          .filter(Abandoned::isAbandoned)
          .forEach(Abandoned::clear);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void clear(Path workplace) {
    try (Stream<Path> processes = Files.list(workplace.resolve(PROCESSES))) {
      processes.forEach(note -> alive(note).ifPresent(ProcessHandle::destroyForcibly));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List.of(DATA, RESTORED).forEach(name -> StartedServer.kill(workplace.resolve(name)));
    FileTrees.delete(workplace);
  }

  /** Another user's workplace cannot be read, and one without a signature is kept on purpose. */
  private static boolean isAbandoned(Path workplace) {
    Path owner = workplace.resolve(OWNER);
    return Files.isReadable(owner) && Files.isWritable(workplace) && alive(owner).isEmpty();
  }

  private static void write(Path note, ProcessHandle process) throws IOException {
    String started = process.info().startInstant().map(Instant::toString).orElse("");
    Files.writeString(note, process.pid() + " " + started);
  }

  private static Optional<ProcessHandle> alive(Path note) {
    try {
      String[] fields = Files.readString(note).split(" ", -1);
      return ProcessHandle.of(Long.parseLong(fields[0]))
          .filter(ProcessHandle::isAlive)
          .filter(
              process ->
                  process
                      .info()
                      .startInstant()
                      .map(Instant::toString)
                      .orElse("")
                      .equals(fields[1]));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
