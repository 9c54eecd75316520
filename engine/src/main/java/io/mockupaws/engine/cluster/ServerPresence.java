package io.mockupaws.engine.cluster;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Timeline;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Whether there is a server at an address. Gone is only what takes no connection: whoever refuses a
 * login may serve others.
 *
 * @param at of one that answers
 * @param what was said, or is not known
 */
public record ServerPresence(Kind kind, Optional<At> at, String what) {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final String AT =
      "SELECT system_identifier, CASE WHEN pg_is_in_recovery() THEN 0 ELSE ('x' ||"
          + " substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::bigint END"
          + " FROM pg_control_system()";

  /** From what tells most of several hosts to what tells least. */
  public enum Kind {
    /** It let us in, and says which cluster it is. */
    ANSWERS,
    /** Something takes connections there, and it is not known which cluster it is. */
    REFUSES,
    /** It cannot be asked from here, whether it runs or not. */
    UNKNOWN,
    /** Connections are refused, not answered, or find no way. */
    GONE
  }

  /**
   * What a server says of itself.
   *
   * @param timeline the one it writes; empty on a standby
   */
  public record At(long systemIdentifier, ServerPosition position, Optional<Timeline> timeline) {
    static At read(ServerSession session) {
      ServerPosition position = ServerPosition.read(session);
      return session.one(
          "asking who it is",
          AT,
          row ->
              new At(
                  row.getLong(1),
                  position,
                  Optional.of((int) row.getLong(2)).filter(id -> id != 0).map(Timeline::new)));
    }
  }

  /**
   * Asks each host of an address.
   *
   * @param left hosts that are not asked
   */
  public static ServerPresence ask(ServerAddress address, Predicate<HostPort> left) {
    return ask(address, left, PATIENCE);
  }

  static ServerPresence ask(ServerAddress address, Predicate<HostPort> left, Duration patience) {
    return address.hosts().stream()
        .filter(left.negate())
        .map(host -> ask(address.withOnlyHost(host), host, patience))
        .min(Comparator.comparing(ServerPresence::kind).thenComparing(ServerPresence::isStandby))
        .orElseGet(() -> new ServerPresence(Kind.GONE, Optional.empty(), "no other host is named"));
  }

  private static ServerPresence ask(ServerAddress address, HostPort host, Duration patience) {
    try (ServerSession session = ServerSession.open(address, patience)) {
      return new ServerPresence(Kind.ANSWERS, Optional.of(At.read(session)), "it answers");
    } catch (Failure e) {
      boolean said =
          e.code() != ErrorCode.SERVER_UNREACHABLE || ServerFailures.isOfServer(e.getCause());
      return new ServerPresence(
          said ? Kind.REFUSES : knock(host, patience), Optional.empty(), e.what());
    }
  }

  private static Kind knock(HostPort host, Duration patience) {
    if (host.isUnixSocket()) {
      return knockHere(host);
    }
    InetAddress[] all;
    try {
      all = InetAddress.getAllByName(host.host());
    } catch (UnknownHostException e) {
      return Kind.UNKNOWN;
    }
    Kind found = Kind.UNKNOWN;
    for (InetAddress one : all) {
      Kind kind = knock(new InetSocketAddress(one, host.port()), patience);
      if (kind == Kind.REFUSES) {
        return kind;
      }
      // a name may have addresses of a kind that this host has no network for
      found = kind == Kind.GONE ? kind : found;
    }
    return found;
  }

  private static Kind knock(InetSocketAddress to, Duration patience) {
    try (Socket socket = new Socket()) {
      socket.connect(to, Math.toIntExact(patience.toMillis()));
      return Kind.REFUSES;
    } catch (ConnectException | NoRouteToHostException | SocketTimeoutException e) {
      return Kind.GONE;
    } catch (IOException e) {
      return Kind.UNKNOWN;
    }
  }

  private static Kind knockHere(HostPort host) {
    Path path = Path.of(UnixSocketFactory.path(host));
    if (Files.isDirectory(Path.of(host.host())) && Files.notExists(path)) {
      return Kind.GONE;
    }
    try {
      UnixSocket.connect(path.toString()).close();
      return Kind.REFUSES;
    } catch (ConnectException e) {
      return Kind.GONE;
    } catch (IOException e) {
      return Kind.UNKNOWN;
    }
  }

  public boolean is(Kind one) {
    return kind == one;
  }

  /** Whether it follows another server. */
  public boolean isStandby() {
    return at.filter(one -> one.position().standby()).isPresent();
  }

  /** What one says of itself that is of this cluster. */
  public Optional<At> of(long systemIdentifier) {
    return at.filter(one -> one.systemIdentifier() == systemIdentifier);
  }
}
