package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Need;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.replication.ComparisonDepth;
import io.mockupaws.engine.replication.Replication;
import io.mockupaws.engine.replication.ReplicationListener;
import io.mockupaws.engine.replication.ReplicationReport;
import io.mockupaws.engine.replication.ReplicationRequest;
import io.mockupaws.engine.repository.Repository;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Brings every store of the repository up to date. */
@Command(
    name = "replicate",
    description = {
      "Brings into each store of the repository what another one has and it lacks: after it was"
          + " away, or when it was added. Every byte is verified on the way; nothing is"
          + " overwritten. Broken off, it goes on where it was when it is run again. A running"
          + " stream does the same by itself.",
      "Objects are compared by key and size, and the newest ones by their beginnings;"
          + " --depth read compares every byte. Of two objects with one name neither is touched,"
          + " unless --replace-from says which store is right: its copies, where they are whole,"
          + " take the places of the others, which are kept under replaced/ in their store.",
      "Ends with 3 when a store cannot be reached, or when an object is damaged or differs between"
          + " stores."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mockupaws replicate --dry-run            # what each store lacks",
      "  mockupaws replicate",
      "  mockupaws replicate --depth read --dry-run   # is every copy the same, byte for byte?",
      "  mockupaws replicate --replace-from s3://prod --dry-run",
      "  mockupaws replicate --repository s3://prod,s3://dr --output json"
    })
final class ReplicateCommand implements AnsweringOperation {
  private final Session session;

  @Option(names = "--dry-run", description = "show what each store lacks, change nothing")
  private boolean dryRun;

  @Option(
      names = "--depth",
      paramLabel = "listed|read",
      description = "how closely the stores are compared (default: listed)")
  private Closeness depth = Closeness.listed;

  @Option(
      names = "--replace-from",
      paramLabel = "ADDRESS",
      description =
          "the store whose copies are right where they differ: they take the places of the others,"
              + " which are kept aside")
  private Optional<String> replaceFrom = Optional.empty();

  private enum Closeness {
    listed,
    read
  }

  ReplicateCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    Config config = session.config(Need.REPOSITORY, Need.KEY);
    if (config.repository().stores().size() < 2) {
      throw new Failure(
          ErrorCode.USAGE,
          "the repository has one store: there is nothing to replicate to",
          "name the others too: BACKUP_REPOSITORY=s3://one,s3://two, or repository.stores in"
              + " mockupaws.yaml");
    }
    AtomicBoolean cancelled = new AtomicBoolean();
    session.parts().stop().watch(() -> cancelled.set(true));
    try (Repository repository = session.parts().openRepository(config);
        ProgressLine line = session.progress()) {
      Instant begin = session.now();
      Replication replication = new Replication(repository.store(), repository.copier());
      ReplicationListener listener = new Progress(line, cancelled);
      ComparisonDepth closeness =
          switch (depth) {
            case listed -> ComparisonDepth.LISTED;
            case read -> ComparisonDepth.READ;
          };
      ReplicationReport report =
          replication.run(new ReplicationRequest(closeness, !dryRun, replaceFrom, begin), listener);
      return ReplicateAnswer.of(
          repository.store().address(), dryRun, report, Duration.between(begin, session.now()));
    }
  }

  /** Shows the part at work and how much was lacking. */
  private record Progress(ProgressLine line, AtomicBoolean stop) implements ReplicationListener {
    @Override
    public void progress(String part, long objects, long bytes) {
      line.phase(
          "replicating",
          " " + part + ": " + Units.count(objects, "object") + ", " + Units.bytes(bytes));
    }

    @Override
    public boolean cancelled() {
      return stop.get();
    }
  }
}
