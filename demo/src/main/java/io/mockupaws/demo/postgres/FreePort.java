package io.mockupaws.demo.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports nobody listens on. */
public final class FreePort {
  /** Below those that the kernel gives to outgoing connections, which come and go all the time. */
  private static final int FIRST = 20_000;

  private static final int BEHIND = 32_768;
  private static final int TRIES = 200;

  private FreePort() {}

  /** A port on 127.0.0.1 that was free a moment ago; another program may still take it. */
  public static int find() {
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, BEHIND);
      if (isFree(port)) {
        return port;
      }
    }
    return anyPort();
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
