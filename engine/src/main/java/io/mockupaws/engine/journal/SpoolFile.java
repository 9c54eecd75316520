package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.SegmentName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Set;

/**
 * The received bytes of a segment on the local disk, from its start. Written by one thread, read by
 * any. Its threads are never interrupted: that would close the file for all of them.
 */
final class SpoolFile {
  private static final int READ_BYTES = 256 * 1024;

  /** Takes bytes; the buffer is its own until it returns. */
  @FunctionalInterface
  interface Sink {
    void accept(ByteBuffer bytes);
  }

  private final Path path;
  private final SegmentName segment;
  private final FileChannel channel;

  SpoolFile(Path path, SegmentName segment) {
    this(
        path,
        segment,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  private SpoolFile(Path path, SegmentName segment, Set<StandardOpenOption> how) {
    this.path = path;
    this.segment = segment;
    try {
      this.channel = FileChannel.open(path, how);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** A file of somebody else's that holds a segment: only read, never removed. */
  static SpoolFile ofOthers(Path path, SegmentName segment) {
    return new SpoolFile(path, segment, Set.of(StandardOpenOption.READ));
  }

  SegmentName segment() {
    return segment;
  }

  /** Bytes in the file. */
  int length() {
    try {
      return (int) channel.size();
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Writes all that remains in the buffer at an offset. */
  void write(int offset, ByteBuffer bytes) {
    try {
      int at = offset;
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Cuts off what lies behind. */
  void truncate(int length) {
    try {
      channel.truncate(length);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Reads the bytes from {@code from} to before {@code to}, in steps. */
  void read(int from, int to, Sink sink) {
    ByteBuffer buffer = ByteBuffer.allocate(Math.min(READ_BYTES, Math.max(1, to - from)));
    int at = from;
    while (at < to) {
      buffer.clear().limit(Math.min(buffer.capacity(), to - at));
      fill(buffer, at);
      at += buffer.position();
      sink.accept(buffer.flip());
    }
  }

  private void fill(ByteBuffer buffer, int at) {
    int offset = at;
    try {
      while (buffer.hasRemaining()) {
        int count = channel.read(buffer, offset);
        if (count < 0) {
          throw new Failure(
              ErrorCode.LOCAL_FILE,
              "the WAL file " + path + " is shorter than what was written to it",
              "See who else writes below the spool directory; start the stream again.");
        }
        offset += count;
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** The first {@code length} bytes. */
  InputStream open(int length) {
    return new InputStream() {
      private int at;

      @Override
      public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
      }

      @Override
      public int read(byte[] target, int offset, int count) {
        int now = Math.min(count, length - at);
        if (now <= 0) {
          return count == 0 ? 0 : -1;
        }
        fill(ByteBuffer.wrap(target, offset, now), at);
        at += now;
        return now;
      }
    };
  }

  /** Makes what was written durable. */
  void force() {
    try {
      channel.force(false);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Closes and removes the file. */
  void delete() {
    close();
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private Failure failure(IOException e) {
    String message = String.valueOf(e.getMessage());
    boolean full = message.toLowerCase(Locale.ROOT).contains("no space left");
    return new Failure(
        full ? ErrorCode.DISK_FULL : ErrorCode.LOCAL_FILE,
        "the WAL file " + path + " cannot be used: " + message,
        full
            ? "Make room on this disk or set another spool directory; streaming goes on by itself."
            : "Check that the spool directory exists and belongs to this user.",
        e);
  }
}
