package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Need;
import io.mockupaws.app.config.Rate;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.engine.consolidation.ConsolidationPlan;
import io.mockupaws.engine.consolidation.Consolidations;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Rewrites what lies scattered of a backup. */
@Command(
    name = "consolidate",
    description = {
      "Copies what a backup needs of packs that hold mostly garbage for it, or of very many small"
          + " ones, into fresh packs, so that the old ones can go and a restore reads less. Reads"
          + " and writes the repository alone, needs no server. The backup gets another name with"
          + " the same content; the one before stays whole until cleanup takes it away.",
      "backup and stream do this by themselves when it is time."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mockupaws consolidate --dry-run",
      "  mockupaws consolidate",
      "  mockupaws consolidate 20260407T120000Z-incremental-1a2b --max-rate 50MiB"
    })
final class ConsolidateCommand implements AnsweringOperation {
  private final Session session;

  @Parameters(paramLabel = "BACKUP", arity = "0..1", description = "which backup (default: latest)")
  private String backup = "latest";

  @Option(
      names = "--max-rate",
      paramLabel = "RATE",
      description = "at most so many bytes of packs are read, and written, a second, such as 50MiB")
  private Optional<Rate> maxRate = Optional.empty();

  @Option(names = "--dry-run", description = "show what would be rewritten, change nothing")
  private boolean dryRun;

  ConsolidateCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    session.limit(maxRate);
    Config config = session.config(Need.REPOSITORY, Need.KEY);
    AtomicBoolean cancelled = new AtomicBoolean();
    session.parts().stop().watch(() -> cancelled.set(true));
    try (OpenCluster open = session.openCluster(config)) {
      BackupId id = ShowCommand.find(open.cluster(), backup);
      Consolidations consolidations =
          new Consolidations(open.cluster(), session.parts().clock(), session.parts().random());
      ConsolidationPlan plan = consolidations.plan(id);
      boolean nothing = plan.obstacles().isEmpty() && plan.rewritten() == 0;
      if (dryRun || nothing) {
        return ConsolidationAnswer.planned(open.cluster(), plan);
      }
      try (ProgressLine line = session.progress()) {
        line.phase("copying");
        return ConsolidationAnswer.done(
            open.cluster(),
            consolidations.run(
                plan,
                (done, total) -> {
                  line.bytes(done, OptionalLong.of(total));
                  return !cancelled.get();
                }));
      }
    }
  }
}
