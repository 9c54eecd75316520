package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Need;
import io.mockupaws.core.crypto.Secret;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.engine.repository.RepositoryKeys;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes another key open the repository. */
@Command(
    name = "rotate",
    description = {
      "Makes the key of BACKUP_NEW_ENCRYPTION_KEY (or ..._FILE, ..._COMMAND) open the repository."
          + " Backups and streams may run. Nothing is encrypted anew; the key in use and those"
          + " before it are kept, sealed under the new one.",
      "The old key goes on opening the repository until it is retired: run the same again with"
          + " --retire once every host has the new one. Who kept a copy of the repository's key"
          + " slots and the old key can read the repository for ever."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  export BACKUP_NEW_ENCRYPTION_KEY=$(openssl rand -base64 32)  # keep it in a second place",
      "  mockupaws keys rotate",
      "  mockupaws keys rotate --retire --dry-run",
      "  mockupaws keys rotate --retire"
    })
final class KeysRotateCommand implements AnsweringOperation {
  private final Session session;

  @Option(
      names = "--retire",
      description = "then let the old key open it no more, once the new one is proven to")
  private boolean retire;

  @Option(names = "--dry-run", description = "show what would be done, change nothing")
  private boolean dryRun;

  KeysRotateCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    Config config = session.config(Need.REPOSITORY, Need.KEY, Need.NEW_KEY);
    try (Repository repository = session.parts().openRepository(config)) {
      RepositoryKeys keys = repository.keys();
      Secret old = config.key().orElseThrow();
      Secret next = config.newKey().orElseThrow();
      RepositoryKeys.Rotated rotated =
          dryRun ? keys.planned(old, next) : keys.rotate(old, next, session.now());
      return KeysRotated.of(
          repository.store().address(), rotated, dryRun, retired(keys, old, next));
    }
  }

  private List<String> retired(RepositoryKeys keys, Secret old, Secret next) {
    if (!retire) {
      return List.of();
    }
    return dryRun ? keys.slotsOf(old) : keys.retire(old, next);
  }
}
