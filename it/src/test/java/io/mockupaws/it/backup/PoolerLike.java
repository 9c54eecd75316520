package io.mockupaws.it.backup;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Stands before a server, lets clients through, changes what the server says of itself, and keeps
 * what it was asked.
 */
final class PoolerLike implements AutoCloseable {
  private static final int BACKEND_KEY_DATA = 'K';
  private static final int DATA_ROW = 'D';
  private static final int QUERY = 'Q';
  private static final int PARSE = 'P';
  private static final int SSL_REQUEST = 80_877_103;
  private static final int GSS_REQUEST = 80_877_104;

  /** Changes a message of the server, not its length. */
  private interface Change {
    void of(int type, byte[] body);
  }

  private final ServerSocket listener;
  private final int server;
  private final Change change;
  private final List<String> statements = new CopyOnWriteArrayList<>();

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

  /** Every statement that clients sent, in the order of their coming. */
  List<String> statements() {
    return List.copyOf(statements);
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

  /** A client's first messages have no type: what it asks for beforehand, and its introduction. */
  private void pass(Socket from, Socket to) {
    try (from;
        to;
        DataInputStream in = new DataInputStream(from.getInputStream());
        DataOutputStream out = new DataOutputStream(to.getOutputStream())) {
      int code = ByteBuffer.wrap(passBody(in, out)).getInt();
      while (code == SSL_REQUEST || code == GSS_REQUEST) {
        code = ByteBuffer.wrap(passBody(in, out)).getInt();
      }
      while (true) {
        int type = in.readUnsignedByte();
        out.writeByte(type);
        byte[] body = passBody(in, out);
        String text = new String(body, StandardCharsets.UTF_8);
        if (type == QUERY) {
          statements.add(text.substring(0, text.indexOf('\0')));
        } else if (type == PARSE) {
          int begin = text.indexOf('\0') + 1; // behind the name
          statements.add(text.substring(begin, text.indexOf('\0', begin)));
        }
      }
    } catch (IOException e) {
      // One side went away.
    }
  }

  private static byte[] passBody(DataInputStream in, DataOutputStream out) throws IOException {
    int length = in.readInt();
    byte[] body = in.readNBytes(length - Integer.BYTES);
    out.writeInt(length);
    out.write(body);
    out.flush();
    return body;
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
