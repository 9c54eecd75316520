package io.mockupaws.it.backup;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Stands before a server, lets clients through, and changes what the server says of itself. */
final class PoolerLike implements AutoCloseable {
  private static final int BACKEND_KEY_DATA = 'K';
  private static final int DATA_ROW = 'D';

  /** Changes a message of the server, not its length. */
  private interface Change {
    void of(int type, byte[] body);
  }

  private final ServerSocket listener;
  private final int server;
  private final Change change;

  private PoolerLike(int server, Change change) throws IOException {
    this.listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    this.server = server;
    this.change = change;
    Thread.ofVirtual().start(this::accept);
  }

  /** As a pooler does: it gives each client a process number of its own for cancelling. */
  static PoolerLike before(int server) throws IOException {
    return new PoolerLike(
        server,
        (type, body) -> {
          if (type == BACKEND_KEY_DATA) {
            body[3] ^= 1;
          }
        });
  }

  /** A server that tells of itself that it is PostgreSQL 14. */
  static PoolerLike ofVersion14(int server, int major) throws IOException {
    byte[] setting = ("server_version_num\0\0\0\6" + major).getBytes(StandardCharsets.US_ASCII);
    return new PoolerLike(
        server,
        (type, body) -> {
          int at = type == DATA_ROW ? indexOf(body, setting) : -1;
          if (at >= 0) {
            body[at + setting.length - 1] = '4';
          }
        });
  }

  private static int indexOf(byte[] body, byte[] what) {
    for (int at = 0; at + what.length <= body.length; at++) {
      if (Arrays.equals(body, at, at + what.length, what, 0, what.length)) {
        return at;
      }
    }
    return -1;
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
  private void answer(Socket from, Socket to) {
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
        change.of(type, body);
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
