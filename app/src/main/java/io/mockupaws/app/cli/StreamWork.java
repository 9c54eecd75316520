package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.engine.journal.JournalStream;
import io.mockupaws.engine.journal.StreamState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Brings WAL of one cluster in until it is stopped, with all that a stream does beside it. */
final class StreamWork {
  /** Longer than a lease outlives a holder that died on another host. */
  static final Duration LEASE_WAIT = Duration.ofSeconds(40);

  private static final long LOOK_MILLIS = 200;

  private final Session session;
  private final Supplier<Config> configuration;
  private final OpenCluster open;
  private final StreamReport report;
  private final Consumer<StreamState> follower;

  /**
   * @param configuration as it is at a moment: limits and objectives may change while it runs; all
   *     else is as it is when it begins
   * @param follower sees each state, several times a second
   */
  StreamWork(
      Session session,
      Supplier<Config> configuration,
      OpenCluster open,
      StreamReport report,
      Consumer<StreamState> follower) {
    this.session = session;
    this.configuration = configuration;
    this.open = open;
    this.report = report;
    this.follower = follower;
  }

  /**
   * Does it.
   *
   * @param tidying how long a backup of its own may take to end when it is stopped
   * @param begun is run once the stream has begun
   * @throws io.mockupaws.core.failure.Failure why it does not go on by itself
   */
  StreamAnswer run(CountDownLatch stop, boolean takesOver, Duration tidying, Runnable begun) {
    Config config = configuration.get();
    StreamSetting setting = new StreamSetting(session.parts(), config, open);
    JournalStream stream =
        JournalStream.start(
            open.repository().id(),
            open.cluster(),
            setting.server(),
            setting.journal().withTakesOver(takesOver),
            session.parts().clock(),
            LEASE_WAIT);
    begun.run();
    BackupBehindHole backup =
        new BackupBehindHole(
            new OwnBackup(session, configuration, open, stream, tidying), stream::uncoveredHoles);
    BackupForObjective objective =
        new BackupForObjective(
            new OwnBackup(session, configuration, open, stream, tidying),
            () -> BackupForObjective.forecast(open),
            () -> configuration.get().clusterConfig(open.cluster().identity().name()).rto());
    NamesKept names =
        new NamesKept(session, open, session.parts().address(config.server().orElseThrow()));
    try (backup;
        objective) {
      follow(stream, stop, backup, objective, names);
    } finally {
      stream.close();
      names.end();
    }
    follower.accept(stream.state());
    List<String> taken = new ArrayList<>(backup.taken());
    taken.addAll(objective.taken());
    return StreamAnswer.of(open.cluster(), stream.state(), config.repository().spool(), taken);
  }

  private void follow(
      JournalStream stream,
      CountDownLatch stop,
      BackupBehindHole backup,
      BackupForObjective objective,
      NamesKept names) {
    while (!await(stop)) {
      StreamState state = stream.state();
      follower.accept(state);
      if (state.phase() == StreamState.Phase.FAILED) {
        throw state.lastError().orElseThrow();
      }
      report.show(state);
      backup.look(state, report::note);
      objective.look(state, report::note);
      names.look(state, report);
    }
  }

  private static boolean await(CountDownLatch stop) {
    try {
      return stop.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
