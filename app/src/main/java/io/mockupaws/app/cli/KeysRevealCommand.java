package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Need;
import io.mockupaws.core.crypto.FormerSecret;
import io.mockupaws.core.crypto.MasterKey;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.repository.Repository;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints a former key. */
@Command(
    name = "reveal",
    description =
        "Prints a former key on standard output and nothing else, for openssl. Refused with"
            + " --output json: such output is kept.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  export OLD=$(mockupaws keys reveal 0123456789abcdef)",
      "  openssl enc -aes-256-cbc -d -pbkdf2 -in backup.enc -out backup.sql.gz -pass env:OLD"
    })
final class KeysRevealCommand implements Operation {
  private final Session session;

  @Parameters(paramLabel = "FINGERPRINT", description = "of the key; see keys list")
  private String fingerprint = "";

  KeysRevealCommand(Session session) {
    this.session = session;
  }

  @Override
  public int execute(Screen screen, OutputFormat format) {
    switch (format) {
      case text -> screen.out().println(reveal());
      case json ->
          throw new Failure(
              ErrorCode.USAGE,
              "a key is not printed as JSON: such output is kept",
              "leave out --output json");
    }
    screen.out().flush();
    return ExitStatus.DONE;
  }

  private String reveal() {
    Config config = session.config(Need.REPOSITORY, Need.KEY);
    try (Repository repository = session.parts().openRepository(config);
        MasterKey inUse = session.parts().masterKey(config).orElseThrow()) {
      List<FormerSecret> former = repository.keys().former(inUse);
      try {
        return former.stream()
            .filter(one -> one.fingerprint().equals(fingerprint))
            .map(one -> one.secret().reveal())
            .findFirst()
            .orElseThrow(this::unknown);
      } finally {
        former.forEach(one -> one.secret().close());
      }
    }
  }

  private Failure unknown() {
    return new Failure(
        ErrorCode.USAGE,
        "no former key with the fingerprint " + fingerprint + " is kept under the key in use",
        "see which there are: mockupaws keys list");
  }
}
