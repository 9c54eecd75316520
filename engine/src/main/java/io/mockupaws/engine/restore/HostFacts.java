package io.mockupaws.engine.restore;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a restored server finds on this host. */
final class HostFacts {
  private static final Pattern AVAILABLE =
      Pattern.compile("^MemAvailable:\\s+([0-9]+) kB", Pattern.MULTILINE);

  /** Below those that the kernel gives to outgoing connections, which come and go all the time. */
  private static final int FIRST_PORT = 20_000;

  private static final int BEHIND_PORTS = 32_768;
  private static final int PORT_TRIES = 200;

  private HostFacts() {}

  /** A port that nobody listens on at this moment. */
  static int freePort() {
    for (int i = 0; i < PORT_TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, BEHIND_PORTS);
      if (isFree(port)) {
        return port;
      }
    }
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Whether nobody listens on a port of this host at this moment. */
  static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException _) {
      return false;
    }
  }

  /** Bytes of memory that can be had without swapping; a great number where that is unknown. */
  static long freeMemory() {
    String text =
        LocalFiles.read(Path.of("/proc/meminfo"))
            .map(content -> new String(content, StandardCharsets.US_ASCII))
            .orElse("");
    Matcher matcher = AVAILABLE.matcher(text);
    return matcher.find() ? Long.parseLong(matcher.group(1)) << 10 : Long.MAX_VALUE;
  }
}
