package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Need;
import io.mockupaws.app.config.Problems;
import io.mockupaws.engine.proof.DataProof;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Brings the cluster back from the stores that remain when the first one is gone. */
@Command(
    name = "failover",
    description = {
      "Walks the loss of the first store and its region: says which stores answer and what is lost,"
          + " restores the newest moment from the others, starts the server, proves its data, runs"
          + " your hook, and leaves a report beside the log. Each step is shown with its time.",
      "While production may live it is refused: the server answers in whatever way, a stream runs,"
          + " the first store is ahead or refuses us. Try it with --drill, which touches neither.",
      "Status 1: a step failed, the hook's included. 3: done, but an objective was missed, or"
          + " something could not be proven."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mockupaws failover --drill",
      "  mockupaws failover --to-dir /srv/pg --dry-run",
      "  mockupaws failover --to-dir /srv/pg --port 5432 --hook /etc/mockupaws/repoint.sh"
          + " --hook-local",
      "  mockupaws failover --to-dir /srv/pg --abandon-primary --output json"
    })
final class FailoverCommand implements AnsweringOperation {
  private final Session session;

  @Mixin private FailoverOptions options = new FailoverOptions();

  FailoverCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    Instant asked = session.now();
    Problems problems = new Problems();
    Config config = session.config(problems, Need.REPOSITORY, Need.KEY);
    options.check(problems);
    problems.throwIfAny();
    options.hook.ifPresent(FailoverHook::require);
    options.checks.ifPresent(DataProof::requireQuestions);
    return new FailoverRun(session, config, options, asked).run();
  }
}
