package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Need;
import io.mockupaws.app.config.Problems;
import io.mockupaws.core.crypto.MasterKey;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.engine.repository.RepositoryKeys;
import io.mockupaws.store.kms.KmsAddress;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes another key open the repository. */
@Command(
    name = "rotate",
    description = {
      "Makes the key of BACKUP_NEW_ENCRYPTION_KEY (or ..._FILE, ..._COMMAND), or a key of AWS KMS,"
          + " open the repository."
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
      "  mockupaws keys rotate --retire",
      "  mockupaws keys rotate --kms-key arn:aws:kms:eu-central-1:111122223333:alias/backups"
    })
final class KeysRotateCommand implements AnsweringOperation {
  private final Session session;

  @Option(
      names = "--retire",
      description = "then let the old key open it no more, once the new one is proven to")
  private boolean retire;

  @Option(
      names = "--kms-key",
      paramLabel = "ARN",
      description = "the new key is one of AWS KMS: an ARN, alias/NAME or a key's id")
  private Optional<String> kmsKey = Optional.empty();

  @Option(names = "--dry-run", description = "show what would be done, change nothing")
  private boolean dryRun;

  KeysRotateCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    Problems problems = new Problems();
    if (kmsKey.filter(key -> !KmsAddress.isKey(key)).isPresent()) {
      problems.wrong("--kms-key", "expected " + KmsAddress.EXPECTED);
    }
    Config config =
        kmsKey.isPresent()
            ? session.config(problems, Need.REPOSITORY, Need.KEY)
            : session.config(problems, Need.REPOSITORY, Need.KEY, Need.NEW_KEY);
    problems.throwIfAny();
    try (Repository repository = session.parts().openRepository(config);
        MasterKey old = session.parts().masterKey(config).orElseThrow();
        MasterKey next = next(config)) {
      RepositoryKeys keys = repository.keys();
      RepositoryKeys.Rotated rotated =
          dryRun ? keys.planned(old, next) : keys.rotate(old, next, session.now());
      return KeysRotated.of(
          repository.store().address(), rotated, dryRun, retired(keys, old, next));
    }
  }

  private MasterKey next(Config config) {
    return kmsKey.isPresent()
        ? session.parts().kmsKey(kmsKey.get())
        : config.newKey().orElseThrow();
  }

  private List<String> retired(RepositoryKeys keys, MasterKey old, MasterKey next) {
    if (!retire) {
      return List.of();
    }
    return dryRun ? keys.slotsOf(old) : keys.retire(old, next);
  }
}
