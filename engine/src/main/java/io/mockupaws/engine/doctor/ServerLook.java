package io.mockupaws.engine.doctor;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.cluster.ServerFacts;
import io.mockupaws.engine.cluster.ServerPosition;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.cluster.WalProduction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the live server said of itself. Each part is empty where it could not be asked.
 *
 * @param failure why it cannot be reached
 * @param before our clock before its own was asked
 * @param after our clock afterwards
 */
record ServerLook(
    Optional<Failure> failure,
    Instant before,
    Optional<ServerPosition> position,
    Instant after,
    Optional<ServerFacts> facts,
    Optional<WalProduction> wal) {

  static ServerLook unreachable(Failure failure, Instant now) {
    return new ServerLook(
        Optional.of(failure), now, Optional.empty(), now, Optional.empty(), Optional.empty());
  }

  static ServerLook at(ServerAddress address, InstantSource clock) {
    try (ServerSession session = ServerSession.open(address)) {
      Instant before = clock.instant();
      Optional<ServerPosition> position = ask(session, ServerPosition::read);
      return new ServerLook(
          Optional.empty(),
          before,
          position,
          clock.instant(),
          ask(session, ServerFacts::read),
          ask(session, WalProduction::read));
    } catch (Failure e) {
      return unreachable(e, clock.instant());
    }
  }

  /** What fails here is told by the check of the rights or settings that it takes. */
  private static <T> Optional<T> ask(ServerSession session, Function<ServerSession, T> question) {
    try {
      return Optional.of(question.apply(session));
    } catch (Failure e) {
      return Optional.empty();
    }
  }
}
