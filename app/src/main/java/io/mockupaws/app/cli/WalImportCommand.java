package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Need;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.journal.Import;
import io.mockupaws.engine.repository.Lease;
import io.mockupaws.engine.repository.LeaseRole;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes plainly archived segments over. */
@Command(
    name = "import",
    description = {
      "Takes WAL segments and history files over that lie in a folder or a bucket as plain files,"
          + " as 'cp %%p' or 'aws s3 cp %%p' archived them, or packed by gzip or zstd. The source"
          + " is only read. It can be run again: what is there is compared, and other bytes under"
          + " the same name are refused. A running stream of this cluster is to be stopped"
          + " meanwhile; its slot keeps the WAL.",
      "Ends with status 3 when a file was refused."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mockupaws wal import s3://bucket/wal --dry-run",
      "  mockupaws wal import s3://bucket/wal",
      "  mockupaws wal import /mnt/archive"
    })
final class WalImportCommand implements AnsweringOperation {
  private final Session session;

  @Parameters(
      index = "0",
      paramLabel = "SOURCE",
      description = "s3://bucket/prefix, file:///path or a path")
  private String source = "";

  @Option(
      names = "--takes-over",
      description =
          "take timelines, too, that a server began which was recovered to a target: where it took"
              + " the place of the old one for good, and was no drill")
  private boolean takesOver;

  @Option(names = "--dry-run", description = "show what would be taken, change nothing")
  private boolean dryRun;

  WalImportCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    Config config = session.config(Need.REPOSITORY, Need.KEY);
    StoreAddress address = WalSourceOption.place(source);
    AtomicBoolean stop = new AtomicBoolean();
    try (OpenCluster open = session.openCluster(config);
        Store from = session.parts().openStore(config, address)) {
      Import taking = new Import(open.cluster(), from, takesOver);
      Import.Plan plan = taking.plan();
      if (dryRun) {
        return WalImported.of(open.cluster(), from.address(), plan, Optional.empty());
      }
      session.parts().stop().watch(() -> stop.set(true));
      try (Lease lease = open.cluster().acquireLease(LeaseRole.JOURNAL, Duration.ZERO)) {
        Import.Done done = run(taking, plan, lease, stop);
        return WalImported.of(open.cluster(), from.address(), plan, Optional.of(done));
      }
    }
  }

  private Import.Done run(Import taking, Import.Plan plan, Lease lease, AtomicBoolean stop) {
    try {
      Path folder = Files.createTempDirectory("mockupaws-import-");
      try {
        return taking.run(plan, lease, session.parts().clock(), folder, (_, _) -> stop.get());
      } finally {
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      throw new Failure(
          ErrorCode.LOCAL_FILE,
          "no temporary folder: " + e.getMessage(),
          "Make room, or set TMPDIR.",
          e);
    }
  }
}
