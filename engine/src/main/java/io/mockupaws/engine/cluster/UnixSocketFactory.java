package io.mockupaws.engine.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import javax.net.SocketFactory;

/**
 * Connects pgjdbc through the server's socket in the file system, where Debian lets {@code
 * postgres} in without a password. Made by pgjdbc, by name, which is why it is public.
 */
public final class UnixSocketFactory extends SocketFactory {
  private final String path;

  /**
   * @param path the socket's file, for example {@code /var/run/postgresql/.s.PGSQL.5432}
   */
  public UnixSocketFactory(String path) {
    this.path = path;
  }

  static String path(HostPort host) {
    return host.host() + "/.s.PGSQL." + host.port();
  }

  /** A socket that is connected already: pgjdbc does not connect it again. */
  @Override
  public Socket createSocket() throws IOException {
    return UnixSocket.connect(path);
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    throw new SocketException("a socket in the file system has no host");
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    throw new SocketException("a socket in the file system has no host");
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    throw new SocketException("a socket in the file system has no host");
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
      throws IOException {
    throw new SocketException("a socket in the file system has no host");
  }
}
