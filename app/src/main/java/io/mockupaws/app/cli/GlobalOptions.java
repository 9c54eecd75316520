package io.mockupaws.app.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options that stand before or behind every command. */
final class GlobalOptions {
  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      description = "which cluster of the repository; needed only where there are several")
  Optional<String> cluster = Optional.empty();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description =
          "the configuration; else $MOCKUPAWS_CONFIG, ./mockupaws.yaml,"
              + " /etc/mockupaws/mockupaws.yaml")
  Optional<Path> config = Optional.empty();

  @Option(
      names = "--repository",
      paramLabel = "ADDRESS",
      scope = ScopeType.INHERIT,
      description =
          "file:///path or s3://bucket/prefix; else $BACKUP_REPOSITORY, $BACKUP_BUCKET, the file")
  Optional<String> repository = Optional.empty();

  @Option(
      names = "--no-encryption",
      scope = ScopeType.INHERIT,
      description = "the repository is not encrypted; at init: make one without encryption")
  boolean noEncryption;

  @Option(
      names = "--output",
      paramLabel = "text|json",
      scope = ScopeType.INHERIT,
      description = "how the answer is written (default: text)")
  OutputFormat output = OutputFormat.text;

  @Option(
      names = "--yes",
      scope = ScopeType.INHERIT,
      description = "answer every question with yes; none is asked by this version")
  boolean yes;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "print where in the program an error came from")
  boolean debug;
}
