package io.mockupaws.engine.restore;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/** Reads a growing log file, whole lines only. */
final class LogTail implements AutoCloseable {
  private final FileChannel channel;
  private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
  private final ByteBuffer buffer = ByteBuffer.allocate(64 << 10);

  /** Begins behind what a file holds already. */
  LogTail(Path file) throws IOException {
    channel = FileChannel.open(file, StandardOpenOption.READ);
    channel.position(channel.size());
  }

  /** Gives the lines that have come since the last call. */
  void poll(Consumer<String> lines) throws IOException {
    while (channel.read(buffer.clear()) > 0) {
      buffer.flip();
      while (buffer.hasRemaining()) {
        byte next = buffer.get();
        if (next == '\n') {
          lines.accept(partial.toString(StandardCharsets.UTF_8));
          partial.reset();
        } else {
          partial.write(next);
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
