package io.mockupaws.it.backup;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * Stands before a server as a pooler does: it lets clients through and gives each a process number
 * of its own for cancelling.
 */
final class PoolerLike implements AutoCloseable {
  private static final int BACKEND_KEY_DATA = 'K';

  private final ServerSocket listener;
  private final int server;

  private PoolerLike(ServerSocket listener, int server) {
    this.listener = listener;
    this.server = server;
    Thread.ofVirtual().start(this::accept);
  }

  static PoolerLike before(int server) throws IOException {
    return new PoolerLike(new ServerSocket(0, 10, InetAddress.getLoopbackAddress()), server);
  }

  int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Socket behind = new Socket(InetAddress.getLoopbackAddress(), server);
        Thread.ofVirtual().start(() -> pass(client, behind));
        Thread.ofVirtual().start(() -> answer(behind, client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void pass(Socket from, Socket to) {
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
    } catch (IOException e) {
      // One side went away.
    }
  }

  /** Behind the one byte that answers the question for encryption come messages. */
  private static void answer(Socket from, Socket to) {
    try (from;
        to;
        DataInputStream in = new DataInputStream(from.getInputStream());
        DataOutputStream out = new DataOutputStream(to.getOutputStream())) {
      boolean first = true;
      while (true) {
        int type = in.readUnsignedByte();
        out.writeByte(type);
        if (first && type == 'N') {
          first = false;
          out.flush();
          continue;
        }
        first = false;
        int length = in.readInt();
        byte[] body = in.readNBytes(length - Integer.BYTES);
        if (type == BACKEND_KEY_DATA) {
          body[3] ^= 1;
        }
        out.writeInt(length);
        out.write(body);
        out.flush();
      }
    } catch (IOException e) {
      // One side went away.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
