package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Need;
import io.mockupaws.app.config.Problems;
import io.mockupaws.engine.journal.JournalStream;
import io.mockupaws.engine.journal.StreamState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Brings WAL into the repository as the server writes it, until it is stopped. */
@Command(
    name = "stream",
    description = {
      "Brings the server's WAL into the repository as it is written, until it is stopped by Ctrl-C"
          + " or SIGTERM. Connects again by itself, goes on where it left off, and tells the server"
          + " that WAL is safe only when it is."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mockupaws stream",
      "  mockupaws stream --cluster prod",
      "  mockupaws stream --once         # from cron, where no stream runs",
      "  mockupaws stream --as staging   # a copy of prod, with a history of its own",
      "  mockupaws status            # in another terminal: how far it is behind"
    })
final class StreamCommand implements AnsweringOperation {
  /** Longer than a lease outlives a holder that died on another host. */
  private static final Duration LEASE_WAIT = Duration.ofSeconds(40);

  private static final long LOOK_MILLIS = 200;

  private final Session session;

  @Mixin private final AsOption as = new AsOption();

  @Option(
      names = "--takes-over",
      description =
          "this server was restored and takes the place of the lost one for good: its timeline goes"
              + " on in the cluster's history")
  private boolean takesOver;

  @Option(
      names = "--once",
      description =
          "end when the WAL that the server has written so far is in the repository; where a stream"
              + " runs already, wait until it is")
  private boolean once;

  StreamCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    Problems problems = new Problems();
    if (once && takesOver) {
      problems.wrong(
          "--once", "goes without --takes-over: a server that takes over is streamed on");
    }
    Config config = session.config(problems, as, Need.REPOSITORY, Need.SERVER, Need.KEY);
    problems.throwIfAny();
    try (OpenCluster open = session.openCluster(config, as)) {
      if (once) {
        return new StreamOnce(session, config, open).run();
      }
      StreamSetting setting = new StreamSetting(session.parts(), config, open);
      JournalStream stream =
          JournalStream.start(
              open.repository().id(),
              open.cluster(),
              setting.server(),
              setting.journal().withTakesOver(takesOver),
              session.parts().clock(),
              LEASE_WAIT);
      // What has not begun just ends.
      CountDownLatch stop = new CountDownLatch(1);
      session.parts().stop().watch(stop::countDown);
      BackupBehindHole backup =
          new BackupBehindHole(
              new OwnBackup(session, config, open, stream), stream::uncoveredHoles);
      BackupForObjective objective =
          new BackupForObjective(
              new OwnBackup(session, config, open, stream),
              () -> BackupForObjective.forecast(open),
              config.clusterConfig(open.cluster().identity().name()).rto());
      NamesKept names =
          new NamesKept(session, open, session.parts().address(config.server().orElseThrow()));
      try (StreamReport report = new StreamReport(session.screen(), session.parts().clock());
          backup;
          objective) {
        follow(stream, stop, report, backup, objective, names);
      } finally {
        stream.close();
        names.end();
      }
      List<String> taken = new ArrayList<>(backup.taken());
      taken.addAll(objective.taken());
      return StreamAnswer.of(open.cluster(), stream.state(), config.repository().spool(), taken);
    }
  }

  private static void follow(
      JournalStream stream,
      CountDownLatch stop,
      StreamReport report,
      BackupBehindHole backup,
      BackupForObjective objective,
      NamesKept names) {
    StreamState state = stream.state();
    while (!await(stop)) {
      state = stream.state();
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
