package io.mockupaws.engine.restore;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.TimelineHistory;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalView;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * Puts WAL into {@code pg_wal} of the target: every file in full size, each marked as archived, so
 * that the copy never archives it again.
 */
final class WalFiles {
  private static final int BUFFER = 256 << 10;

  private final Path directory;
  private final Owner owner;
  private final int mode;

  /**
   * Files in a target.
   *
   * @param mode permission bits of each, as the server gives them to its own
   */
  WalFiles(Path target, Owner owner, int mode) {
    this.directory = target.resolve("pg_wal");
    this.owner = owner;
    this.mode = mode;
  }

  Path file(SegmentName segment) {
    return directory.resolve(segment.fileName());
  }

  /** Fetches a segment, with zeros behind what the repository has of it; not yet durable. */
  void fetch(Journal journal, JournalView view, SegmentName segment) {
    Path file = file(segment);
    LocalFiles.attempt(
        "writing",
        file,
        () -> {
          try (FileChannel channel = FileChannel.open(file, Set.of(CREATE_NEW, WRITE));
              OutputStream out =
                  new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER)) {
            journal.read(view, segment, out);
          }
          return file;
        });
  }

  /** Writes zeros from a position to the end of its segment's file. */
  void zeroFrom(SegmentName segment, Lsn from) {
    Path file = file(segment);
    LocalFiles.attempt("writing", file, () -> zero(file, from.minus(segment.start())));
  }

  private static Path zero(Path file, long from) throws IOException {
    try (FileChannel channel = FileChannel.open(file, WRITE)) {
      ByteBuffer zeros = ByteBuffer.allocate(BUFFER);
      long size = channel.size();
      for (long at = from; at < size; at += zeros.limit()) {
        zeros.clear().limit((int) Math.min(BUFFER, size - at));
        LocalFiles.writeFully(channel, zeros, at);
      }
    }
    return file;
  }

  /** Makes a segment's file durable and marks it. */
  void finish(SegmentName segment) {
    Path file = file(segment);
    LocalFiles.attempt(
        "making durable",
        file,
        () -> {
          try (FileChannel channel = FileChannel.open(file, WRITE)) {
            LocalFiles.setMode(file, mode);
            owner.give(file);
            channel.force(true);
          }
          return file;
        });
    mark(segment.fileName());
  }

  /** Writes a timeline's history file and marks it. */
  void history(TimelineHistory history) {
    String name = history.timeline().historyFileName();
    byte[] content = history.format().getBytes(StandardCharsets.UTF_8);
    LocalFiles.write(directory.resolve(name), content, mode, owner);
    mark(name);
  }

  private void mark(String name) {
    Path done = directory.resolve("archive_status").resolve(name + ".done");
    LocalFiles.attempt(
        "writing",
        done,
        () -> {
          Files.createFile(done);
          LocalFiles.setMode(done, mode);
          owner.give(done);
          return done;
        });
  }

  /** Makes the entries durable. */
  void sync() {
    LocalFiles.attempt(
        "making durable",
        directory,
        () -> {
          LocalFiles.syncDirectory(directory.resolve("archive_status"));
          LocalFiles.syncDirectory(directory);
          return directory;
        });
  }
}
