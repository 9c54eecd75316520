package io.mockupaws.it.journal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network between us and a server that can lose everything without a word: the connections stay
 * open at both ends, and nothing passes any more, not even their end.
 */
final class SilentProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final int port;
  private final List<Passage> passages = new CopyOnWriteArrayList<>();
  private final AtomicInteger losses = new AtomicInteger();
  private volatile boolean allSilent;

  /** Both directions of one connection. */
  private static final class Passage {
    private final Socket client;
    private final Socket server;
    private volatile boolean silent;

    Passage(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void close() throws IOException {
      client.close();
      server.close();
    }
  }

  /** Leads to the server on that port. */
  SilentProxy(int port) throws IOException {
    this.port = port;
    this.listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** How many connections were made so far. */
  int connections() {
    return passages.size();
  }

  /** How many pieces were swallowed so far. */
  int losses() {
    return losses.get();
  }

  /** Loses what every connection made so far says from now on; later ones pass. */
  void silence() {
    passages.forEach(passage -> passage.silent = true);
  }

  /** As above, and of those that are made later too. */
  void silenceAll() {
    allSilent = true;
    silence();
  }

  /** Loses what one connection says from now on, by the order in which they were made. */
  void silence(int number) {
    passages.get(number).silent = true;
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        Passage passage = new Passage(client, new Socket(InetAddress.getLoopbackAddress(), port));
        passage.silent = allSilent;
        passages.add(passage);
        Thread.ofVirtual().start(() -> pass(passage, passage.client, passage.server));
        Thread.ofVirtual().start(() -> pass(passage, passage.server, passage.client));
      }
    } catch (IOException e) {
      // The listener was closed.
    }
  }

  private void pass(Passage passage, Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[1 << 16];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (passage.silent) {
          losses.incrementAndGet();
        } else {
          out.write(buffer, 0, count);
        }
      }
      if (!passage.silent) {
        passage.close();
      }
    } catch (IOException e) {
      // One end is gone; the other one learns it by itself when nothing passes.
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Passage passage : passages) {
        passage.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
