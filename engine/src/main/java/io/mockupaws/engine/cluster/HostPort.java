package io.mockupaws.engine.cluster;

import static java.util.Objects.requireNonNull;

/**
 * Where a server listens.
 *
 * @param host a name, an IPv4 or IPv6 address (without brackets), or the absolute path of a
 *     directory that holds the server's Unix socket
 * @param port 1 to 65535; with a Unix socket the number in the socket's name
 */
public record HostPort(String host, int port) {
  public HostPort {
    requireNonNull(host, "host is null");
    if (host.isEmpty()) {
      throw new IllegalArgumentException("no host");
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("no port: " + port);
    }
  }

  /** Whether the server is reached through a socket in this host's file system. */
  public boolean isUnixSocket() {
    return host.startsWith("/");
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
