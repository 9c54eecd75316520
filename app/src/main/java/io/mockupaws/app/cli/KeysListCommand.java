package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Need;
import io.mockupaws.core.crypto.FormerSecret;
import io.mockupaws.core.crypto.MasterKey;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.engine.repository.RepositoryKeys;
import java.util.List;
import picocli.CommandLine.Command;

/** Lists the keys by their fingerprints. */
@Command(
    name = "list",
    description =
        "Lists the keys that open the repository, and the former ones kept under the key in use, by"
            + " their fingerprints. No key is shown.",
    footerHeading = "%nExamples:%n",
    footer = {"  mockupaws keys list", "  mockupaws keys list --output json"})
final class KeysListCommand implements AnsweringOperation {
  private final Session session;

  KeysListCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    Config config = session.config(Need.REPOSITORY, Need.KEY);
    try (Repository repository = session.parts().openRepository(config);
        MasterKey inUse = session.parts().masterKey(config).orElseThrow()) {
      RepositoryKeys keys = repository.keys();
      List<FormerSecret> former = keys.former(inUse);
      former.forEach(one -> one.secret().close());
      return KeysAnswer.of(
          repository.store().address(),
          keys.openers(inUse),
          former,
          repository.damagedKeySlots().values());
    }
  }
}
