package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Need;
import io.mockupaws.engine.journal.Salvages;
import io.mockupaws.engine.journal.Unshipped;
import io.mockupaws.engine.restore.Restores;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Saves the WAL that a server left in its directory. */
@Command(
    name = "salvage",
    description = {
      "Brings WAL into the repository that a crashed server left in its directory and nobody"
          + " streamed: it may hold the newest commits. It must continue the repository's WAL, byte"
          + " for byte and record by record. The server must not run; a stream of this cluster is"
          + " stopped before. The directory is only read."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mockupaws wal salvage --from /var/lib/postgresql/15/main --dry-run",
      "  mockupaws wal salvage --from /mnt/rescued/pg_wal"
    })
final class WalSalvageCommand implements AnsweringOperation {
  private static final Duration LEASE_WAIT = Duration.ofSeconds(5);

  private final Session session;

  @Option(
      names = "--from",
      paramLabel = "DIR",
      required = true,
      description = "the server's data directory, or the one of its segment files")
  private Path directory = Path.of("");

  @Option(names = "--dry-run", description = "show what there is, change nothing")
  private boolean dryRun;

  WalSalvageCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    Config config = session.config(Need.REPOSITORY, Need.KEY);
    try (OpenCluster open = session.openCluster(config)) {
      Salvages salvages = StreamSetting.salvages(session.parts(), config, open);
      Path from = directory.toAbsolutePath().normalize();
      // a server works in its data directory, and not in that of its WAL
      Path data = from.resolveSibling("");
      Restores.requireIdle(Files.exists(data.resolve("PG_VERSION")) ? data : from);
      Optional<Unshipped> found = salvages.look(from);
      boolean saves = !dryRun && found.filter(wal -> !wal.isEmpty()).isPresent();
      Optional<String> unsummarised =
          saves ? salvages.save(found.orElseThrow(), LEASE_WAIT) : Optional.empty();
      return SalvageAnswer.of(open.cluster(), found, saves, unsummarised);
    }
  }
}
