package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.ConfigReader;
import io.mockupaws.app.config.ConfigRequest;
import io.mockupaws.app.config.Need;
import io.mockupaws.app.config.Problems;
import io.mockupaws.app.config.Rate;
import io.mockupaws.app.config.ServerUrl;
import io.mockupaws.engine.notice.Channel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The program: what all commands share. */
@Command(
    name = "mockupaws",
    header = "Keeps PostgreSQL recoverable: backups, WAL as it is written, recovery to any moment.",
    synopsisHeading = "%nUsage: ",
    customSynopsis = "mockupaws [OPTIONS] COMMAND [OPTIONS]",
    optionListHeading = "%nOptions, before or behind the command:%n",
    commandListHeading = "%nCommands, each with --help and examples:%n",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:done",
      "1:failed",
      "2:wrong use: arguments or configuration",
      "3:done, but a promise is not kept (a corrupt page was found, the objective is missed)"
    },
    footerHeading = "%nA first protection:%n",
    footer = {
      "  export DATABASE_URL=postgresql://backup:...@db:5432/shop",
      "  export BACKUP_REPOSITORY=s3://my-backups/shop",
      "  export BACKUP_ENCRYPTION_KEY=...        # openssl rand -base64 32",
      "  mockupaws init",
      "  mockupaws stream &                     # WAL, as it is written",
      "  mockupaws backup",
      "  mockupaws restore --to-dir /srv/recovered --start"
    },
    versionProvider = Version.class,
    mixinStandardHelpOptions = false)
final class Mockupaws {
  @Mixin private final GlobalOptions options = new GlobalOptions();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = picocli.CommandLine.ScopeType.INHERIT,
      description = "show help and examples")
  boolean help;

  @Option(names = "--version", versionHelp = true, description = "show the version")
  boolean version;

  private final ConfigReader reader;
  private Optional<Rate> maxRate = Optional.empty();

  Mockupaws(ConfigReader reader) {
    this.reader = reader;
  }

  /** From the commands that have {@code --max-rate}. */
  void limit(Optional<Rate> rate) {
    maxRate = rate;
  }

  GlobalOptions options() {
    return options;
  }

  /** The configuration; mistakes are added to {@code problems}. */
  Config config(Set<Need> needs, Problems problems, Optional<String> as) {
    return reader.read(
        new ConfigRequest(
            options.config,
            as.or(() -> options.cluster),
            options.repository,
            options.noEncryption,
            maxRate,
            needs),
        problems);
  }

  /** {@code BACKUP_LOG_DIR}. */
  Optional<Path> logFolder() {
    return reader.logFolder();
  }

  List<Channel> notices(Problems problems) {
    return reader.notices(problems);
  }

  ServerUrl expanded(String text, Problems problems) {
    return reader.expanded(text, problems);
  }
}
