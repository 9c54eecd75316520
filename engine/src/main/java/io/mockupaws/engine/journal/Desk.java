package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.repository.ProcessMark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.TreeSet;

/**
 * The directory {@code <spool>/ask/<system identifier>/} in which {@code archive_command}'s client,
 * a shell script that starts no Java, hands files to the running stream. The client copies the file
 * to {@code ID.file}, renames its question to {@code ID.ask}, and waits for {@code ID.answer}: a
 * line with the exit status, then words. The stream answers when the file is durable. {@code alive}
 * changes every second and names our process: a client that sees it stand still, or the process
 * gone, does the work itself.
 *
 * <p>Its owner is the stream's user. Where {@code ask} was made beforehand with a group that may
 * write, that group may hand in too.
 */
final class Desk implements Runnable {
  private static final long LOOK = Duration.ofMillis(20).toNanos();
  private static final long BEAT = Duration.ofSeconds(1).toNanos();

  /** What a client left that was killed. */
  private static final Duration LEFT = Duration.ofMinutes(30);

  private final Path directory;
  private final String place;
  private final String process = ProcessMark.own();
  private final Set<PosixFilePermission> mode;
  private final StreamControl control;
  private final HandedIn handedIn;
  private final InstantSource clock;
  private final SpoolLock lock;
  private volatile boolean closed;
  private long beats;
  private long beatAt;

  /**
   * @param place the repository and the cluster, for clients that were told which they mean
   */
  Desk(
      Path spool,
      long systemIdentifier,
      String place,
      StreamControl control,
      HandedIn handedIn,
      InstantSource clock)
      throws IOException {
    Path ask = spool.resolve("ask");
    Files.createDirectories(
        ask, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    boolean shared = Files.getPosixFilePermissions(ask).contains(PosixFilePermission.GROUP_WRITE);
    this.directory = ask.resolve(Long.toUnsignedString(systemIdentifier));
    this.place = place;
    this.mode = PosixFilePermissions.fromString(shared ? "rw-rw----" : "rw-------");
    this.control = control;
    this.handedIn = handedIn;
    this.clock = clock;
    Files.createDirectories(directory);
    Files.setPosixFilePermissions(
        directory, PosixFilePermissions.fromString(shared ? "rwxrwx---" : "rwx------"));
    this.lock = SpoolLock.of(directory);
  }

  @Override
  public void run() {
    Thread beating =
        Thread.ofPlatform().daemon().name("journal-desk-beat").start(this::beatUntilTheEnd);
    try {
      removeLeft();
      while (!control.isClosing()) {
        for (String id : asked()) {
          answer(id);
        }
        control.pause(LOOK);
      }
    } catch (IOException | UncheckedIOException | DirectoryIteratorException e) {
      // Clients see no sign of life any more and go alone.
    } finally {
      closed = true;
      JournalStream.join(beating);
      delete(directory.resolve("alive"));
      lock.close();
    }
  }

  private void beatUntilTheEnd() {
    while (!closed && !control.isClosing()) {
      long now = System.nanoTime();
      if (beats == 0 || now - beatAt >= BEAT) {
        beatAt = now;
        beats++;
        write("alive", beats + "\n" + place + "\n" + process + "\n");
      }
      control.pause(BEAT / 10);
    }
  }

  private Set<String> asked() throws IOException {
    Set<String> ids = new TreeSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.ask")) {
      files.forEach(
          file -> {
            String name = String.valueOf(file.getFileName());
            ids.add(name.substring(0, name.length() - ".ask".length()));
          });
    }
    return ids;
  }

  private void answer(String id) throws IOException {
    Path question = directory.resolve(id + ".ask");
    String text;
    try {
      text = Files.readString(question, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return; // its client has gone
    }
    String answer = answer(text, directory.resolve(id + ".file"));
    delete(question);
    if (Files.exists(directory.resolve(id + ".file"))) {
      write(id + ".answer", answer);
    }
  }

  private String answer(String question, Path file) {
    try {
      String name = question.startsWith("push ") ? question.substring(5) : "";
      handedIn.take(name, file);
      return "0\n";
    } catch (Failure e) {
      return "1\n"
          + e.code().code()
          + " "
          + e.code().slug()
          + ": "
          + e.what()
          + "\n  next: "
          + e.nextStep()
          + "\n";
    } catch (RuntimeException e) {
      return "1\n" + Uploads.unexpected(e).what() + "\n";
    }
  }

  /** Whole or not at all. */
  private void write(String name, String text) {
    Path temporary = directory.resolve("." + name);
    try {
      Files.writeString(temporary, text, StandardCharsets.UTF_8);
      Files.setPosixFilePermissions(temporary, mode);
      Files.move(
          temporary,
          directory.resolve(name),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      delete(temporary); // the client waits, and then goes alone
    }
  }

  private void removeLeft() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.{file,answer,ask}")) {
      for (Path file : files) {
        if (isLeft(file)) {
          delete(file);
        }
      }
    }
  }

  private boolean isLeft(Path file) throws IOException {
    try {
      Instant changed = Files.getLastModifiedTime(file).toInstant();
      return changed.isBefore(clock.instant().minus(LEFT));
    } catch (NoSuchFileException e) {
      return false; // its client lives and took it away
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // it is looked at again
    }
  }
}
