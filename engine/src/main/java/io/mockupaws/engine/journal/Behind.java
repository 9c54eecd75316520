package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.engine.cluster.ServerPosition;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How far the repository is behind a server.
 *
 * @param bytes of WAL that the server had flushed and the repository has not
 * @param time how much would be lost with the server now; empty when the repository cannot tell
 */
public record Behind(long bytes, Optional<Duration> time) {

  /**
   * No time is lost when the repository has everything the server had flushed, else the time since
   * the newest moment that it has, by the server's clock.
   *
   * @param server asked before the repository was listed
   * @param end of the journal
   */
  public static Behind of(ServerPosition server, Lsn end, Optional<Window> window) {
    long bytes = Math.max(0, server.end().minus(end));
    if (bytes == 0) {
      return new Behind(0, Optional.of(Duration.ZERO));
    }
    Optional<Instant> newest =
        window
            .flatMap(Window::to)
            .map(Moment::time)
            .or(() -> window.flatMap(Window::lastCommit).map(Commit::time));
    return new Behind(
        bytes,
        newest
            .map(time -> Duration.between(time, server.clock()))
            .map(time -> time.isNegative() ? Duration.ZERO : time));
  }
}
