package io.mockupaws.app.cli;

import io.mockupaws.app.config.ClusterConfig;
import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Need;
import io.mockupaws.engine.journal.Delivered;
import io.mockupaws.engine.journal.Push;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Brings one file of {@code archive_command} into the repository. */
@Command(
    name = "push",
    description = {
      "Brings a WAL file into the repository, for archive_command. Returns when it is durable"
          + " there; PostgreSQL tries again by itself when it fails. The same file may come again;"
          + " other bytes under a name that is there are refused.",
      "A stream that runs on this host takes the file over; where one runs elsewhere, it is waited"
          + " for."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  archive_command = '/opt/mockupaws/mockupaws wal push %%p'",
      "  mockupaws wal push pg_wal/000000010000000000000005"
    })
final class WalPushCommand implements AnsweringOperation {
  /** Longer than a lease outlives a holder that died on another host. */
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final Session session;

  @Parameters(index = "0", paramLabel = "PATH", description = "the file, %%p of archive_command")
  private Path path = Path.of("");

  WalPushCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    Config config = session.config(Need.REPOSITORY, Need.KEY);
    try (OpenCluster open = session.openCluster(config)) {
      ClusterConfig setting = config.clusterConfig(open.cluster().identity().name());
      Push push =
          new Push(
              open.cluster(),
              session.parts().clock(),
              StreamSetting.onDamage(setting),
              StreamSetting.durability(config),
              PATIENCE);
      Optional<Delivered> delivered = push.push(path.toAbsolutePath());
      return WalPushed.of(open.cluster(), path, delivered);
    }
  }
}
