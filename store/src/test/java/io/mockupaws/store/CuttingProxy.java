package io.mockupaws.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network between client and server that breaks: it passes bytes on, and cuts every connection
 * after a number of bytes drawn from a seed, both directions together, without a word.
 */
final class CuttingProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final URI server;
  private final Random random;
  private final int withinBytes;
  private final AtomicInteger cuts = new AtomicInteger();

  /**
   * Starts listening.
   *
   * @param withinBytes a cut comes after fewer bytes
   */
  CuttingProxy(URI server, long seed, int withinBytes) throws IOException {
    this.server = server;
    this.random = new Random(seed);
    this.withinBytes = withinBytes;
    this.listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /** How many connections were cut so far. */
  int cuts() {
    return cuts.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        Socket toServer = new Socket(server.getHost(), server.getPort());
        AtomicInteger left = new AtomicInteger(1 + random.nextInt(withinBytes));
        pass(client, toServer, left);
        pass(toServer, client, left);
      }
    } catch (IOException e) {
      // The listener was closed.
    }
  }

  private void pass(Socket from, Socket to, AtomicInteger left) {
    Thread.ofVirtual()
        .start(
            () -> {
              try (from;
                  to) {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                byte[] buffer = new byte[1 << 16];
                while (true) {
                  int count = in.read(buffer);
                  if (count < 0) {
                    return;
                  }
                  int allowed = Math.min(count, left.getAndAdd(-count));
                  out.write(buffer, 0, Math.max(0, allowed));
                  if (allowed < count) {
                    cuts.incrementAndGet();
                    from.setSoLinger(true, 0);
                    to.setSoLinger(true, 0);
                    return;
                  }
                }
              } catch (IOException e) {
                // The other direction was cut.
              }
            });
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
