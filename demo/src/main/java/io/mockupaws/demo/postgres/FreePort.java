package io.mockupaws.demo.postgres;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Ports nobody listens on. */
public final class FreePort {
  /** Below those that the kernel gives to outgoing connections, which come and go all the time. */
  private static final int FIRST = 20_000;

  private static final int BEHIND = 32_768;
  private static final int TRIES = 200;
  private static final Path TAKEN =
      Path.of(System.getProperty("java.io.tmpdir", "/tmp"), "mockupaws-ports");

  private static Optional<FileChannel> taken = Optional.empty();

  private FreePort() {}

  /**
   * A port on 127.0.0.1 that was free a moment ago, and that no other caller gets while this
   * process lives; a program that does not ask here may still take it.
   */
  public static int find() {
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, BEHIND);
      if (isFree(port) && isOurs(port)) {
        return port;
      }
    }
    return anyPort();
  }

  /** A server starts long after its port was chosen: a byte of a file is locked until we end. */
  private static synchronized boolean isOurs(int port) {
    try {
      if (taken.isEmpty()) {
        taken = Optional.of(FileChannel.open(TAKEN, CREATE, WRITE));
      }
      return taken.get().tryLock(port, 1, /* shared= */ false) != null;
    } catch (OverlappingFileLockException e) {
      return false;
    } catch (IOException e) {
      return true; // another user's file: chance has to do
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException _) {
      return false;
    }
  }

  private static int anyPort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
