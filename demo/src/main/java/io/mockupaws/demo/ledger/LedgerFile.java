package io.mockupaws.demo.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The ledger of one writer, only appended to. A line {@code S number xid micros} goes out before
 * COMMIT is sent and a line {@code A number micros} when it is acknowledged, each by one write to
 * the file: whatever happens to the server, or to this program, what was noted stays.
 *
 * <p>Times are cut to microseconds, as the server cuts its commit times: a commit's own time then
 * lies between the two, ends included.
 */
final class LedgerFile implements AutoCloseable {

  private static final String SUFFIX = ".ledger";

  private final FileChannel file;

  private LedgerFile(FileChannel file) {
    this.file = file;
  }

  static LedgerFile create(Path folder, int writer) {
    try {
      return new LedgerFile(
          FileChannel.open(
              path(folder, writer), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void sent(long number, long xid, Instant time) {
    append("S " + number + " " + xid + " " + micros(time) + "\n");
  }

  void acknowledged(long number, Instant time) {
    append("A " + number + " " + micros(time) + "\n");
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void append(String line) {
    ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII));
    try {
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads one writer's file in the order of its numbers; a line cut off at the end is ignored. */
  static Map<Long, LedgerEntry> read(Path folder, int writer) {
    Map<Long, LedgerEntry> entries = new LinkedHashMap<>();
    String text;
    try {
      text = Files.readString(path(folder, writer), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    text.substring(0, text.lastIndexOf('\n') + 1)
        .lines()
        .map(line -> line.split(" ", -1))
        .forEach(fields -> take(writer, fields, entries));
    return entries;
  }

  private static void take(int writer, String[] fields, Map<Long, LedgerEntry> entries) {
    long number = Long.parseLong(fields[1]);
    if (fields[0].equals("S")) {
      entries.put(
          number,
          new LedgerEntry(
              writer, number, Long.parseLong(fields[2]), instant(fields[3]), Optional.empty()));
    } else {
      entries.computeIfPresent(
          number,
          (key, sent) ->
              new LedgerEntry(
                  writer, number, sent.xid(), sent.sent(), Optional.of(instant(fields[2]))));
    }
  }

  private static Path path(Path folder, int writer) {
    return folder.resolve("writer-" + writer + SUFFIX);
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  private static Instant instant(String micros) {
    return Instant.EPOCH.plus(Long.parseLong(micros), ChronoUnit.MICROS);
  }
}
