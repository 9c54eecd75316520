package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.cluster.ServerFacts;
import io.mockupaws.engine.cluster.ServerPosition;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.journal.JournalStream;
import io.mockupaws.engine.journal.JournalWatch;
import io.mockupaws.engine.journal.StreamState;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * {@code stream --once}: the WAL that the server has written when it is asked comes into the
 * repository, by a stream of our own or, where one runs already, by that one.
 */
final class StreamOnce {
  private static final long LOOK_MILLIS = 100;

  /** Without a byte for so long it is given up: cron calls again. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Session session;
  private final Config config;
  private final OpenCluster open;
  private final boolean takesOver;
  private final CountDownLatch stop = new CountDownLatch(1);

  /**
   * @param takesOver whether the server is the cluster's although nothing shows it: then another
   *     stream is not asked but waited for, since one that was refused lets go between two tries
   */
  StreamOnce(Session session, Config config, OpenCluster open, boolean takesOver) {
    this.takesOver = takesOver;
    this.session = session;
    this.config = config;
    this.open = open;
  }

  private record Goal(Timeline timeline, Lsn end) {}

  Answer run() {
    session.parts().stop().watch(stop::countDown);
    Goal goal = goal();
    StreamSetting setting = new StreamSetting(session.parts(), config, open);
    JournalStream stream;
    try {
      stream =
          JournalStream.start(
              open.repository().id(),
              open.cluster(),
              setting.server(),
              setting.journal().withTakesOver(takesOver),
              session.parts().clock(),
              takesOver ? StreamWork.LEASE_WAIT : Duration.ZERO);
    } catch (Failure e) {
      if (takesOver || e.code() != ErrorCode.LEASE_HELD) {
        throw e;
      }
      return watched(goal);
    }
    try (StreamReport report = new StreamReport(session.screen(), session.parts().clock())) {
      follow(stream, goal, report);
    } finally {
      stream.close();
    }
    return WalBrought.of(open.cluster(), goal.timeline(), goal.end(), stream.state());
  }

  private Goal goal() {
    try (ServerSession server =
        ServerSession.open(session.parts().address(config.server().orElseThrow()))) {
      ServerFacts facts = ServerFacts.read(server);
      ServerPosition position = ServerPosition.read(server);
      return new Goal(facts.timeline(), position.end());
    }
  }

  private Answer watched(Goal goal) {
    Lsn from = goal.end().segmentStart(open.cluster().identity().walSegmentSize());
    new JournalWatch(open.cluster())
        .awaitDurable(goal.timeline(), from, goal.end(), PATIENCE, () -> stop.getCount() == 0);
    return WalBrought.byAnother(open.cluster(), goal.timeline(), goal.end());
  }

  private void follow(JournalStream stream, Goal goal, StreamReport report) {
    Instant since = session.now();
    Lsn last = stream.state().stored();
    while (true) {
      StreamState state = stream.state();
      if (state.phase() == StreamState.Phase.FAILED) {
        throw state.lastError().orElseThrow();
      }
      report.show(state);
      if (isThere(state, goal)) {
        return;
      }
      if (!state.stored().equals(last)) {
        last = state.stored();
        since = session.now();
      }
      if (stopped() || Duration.between(since, session.now()).compareTo(PATIENCE) > 0) {
        throw new Failure(
            ErrorCode.WAL_NOT_DURABLE,
            "the WAL is in the repository up to "
                + state.stored()
                + ", and the server had written it up to "
                + goal.end()
                + state.lastError().map(error -> "; " + error.what()).orElse(""),
            "run it again: it goes on from there");
      }
    }
  }

  /** The connection must have been compared with what there is: a copy's position says nothing. */
  private static boolean isThere(StreamState state, Goal goal) {
    return state.phase() == StreamState.Phase.STREAMING
        && state.timeline().filter(goal.timeline()::equals).isPresent()
        && !state.stored().isBefore(goal.end());
  }

  private boolean stopped() {
    try {
      return stop.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
