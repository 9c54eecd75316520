package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Need;
import io.mockupaws.app.config.Problems;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
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
      "  mockupaws stream --once --takes-over # after a refusal: it is the cluster's server",
      "  mockupaws stream --as staging   # a copy of prod, with a history of its own",
      "  mockupaws status            # in another terminal: how far it is behind"
    })
final class StreamCommand implements AnsweringOperation {
  /** What a backup may take to end when there is no hurry. */
  private static final Duration TIDYING = Duration.ofSeconds(20);

  private final Session session;

  @Mixin private final AsOption as = new AsOption();

  @Option(
      names = "--takes-over",
      description =
          "this server is the cluster's for good, although nothing shows it, or it was restored in"
              + " the lost one's place: its WAL goes on in the cluster's history. Holds for this"
              + " run; with --once also beside a serve that was refused, which goes on from there")
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
    Config config = session.config(problems, as, Need.REPOSITORY, Need.SERVER, Need.KEY);
    problems.throwIfAny();
    try (OpenCluster open = session.openCluster(config, as);
        StreamReport report = new StreamReport(session.screen(), session.parts().clock())) {
      if (once) {
        return new StreamOnce(session, config, open, takesOver).run();
      }
      // What has not begun just ends.
      CountDownLatch stop = new CountDownLatch(1);
      StreamWork work = new StreamWork(session, () -> config, open, report, _ -> {});
      return work.run(
          stop, takesOver, TIDYING, () -> session.parts().stop().watch(stop::countDown));
    }
  }
}
