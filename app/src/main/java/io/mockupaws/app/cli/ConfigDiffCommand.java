package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Need;
import io.mockupaws.engine.configuration.ClusterConfiguration;
import io.mockupaws.engine.configuration.ConfigurationDiff;
import io.mockupaws.engine.configuration.Configurations;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Compares configurations. */
@Command(
    name = "diff",
    description =
        "Compares a version of the configuration with the running server, or two versions with each"
            + " other: files, roles and tablespaces, as unified diffs. Passwords and their hashes"
            + " are never shown: the same secret has the same number. A difference is no failure:"
            + " the status is 0.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  mockupaws config diff                                  # the newest version and the"
          + " server",
      "  mockupaws config diff 20260407T120000Z-config-1a2b     # that version and the server",
      "  mockupaws config diff 20260407T120000Z-config-1a2b latest"
    })
final class ConfigDiffCommand implements AnsweringOperation {
  private final Session session;

  @Parameters(
      index = "0",
      paramLabel = "VERSION",
      arity = "0..1",
      description = "a version's name (default: latest)")
  private String from = "latest";

  @Parameters(
      index = "1",
      paramLabel = "VERSION",
      arity = "0..1",
      description = "another one's (default: the running server)")
  private Optional<String> to = Optional.empty();

  ConfigDiffCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    Config config =
        to.isPresent()
            ? session.config(Need.REPOSITORY, Need.KEY)
            : session.config(Need.REPOSITORY, Need.KEY, Need.SERVER);
    try (OpenCluster open = session.openCluster(config)) {
      Configurations versions =
          new Configurations(open.cluster(), session.parts().clock(), session.parts().random());
      Configurations.Version old = versions.find(from);
      if (to.isPresent()) {
        Configurations.Version other = versions.find(to.get());
        return ConfigurationCompared.of(
            open.cluster(),
            old.name(),
            Optional.of(other.name()),
            ConfigurationDiff.of(old.content(), other.content()));
      }
      ClusterConfiguration live =
          versions.live(session.parts().address(config.server().orElseThrow()));
      return ConfigurationCompared.of(
          open.cluster(), old.name(), Optional.empty(), ConfigurationDiff.of(old.content(), live));
    }
  }
}
