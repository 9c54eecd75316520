package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.engine.configuration.ClusterConfiguration;
import io.mockupaws.engine.configuration.Configurations;
import io.mockupaws.engine.repository.ClusterRepository;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The answer of {@code show} for a version of the configuration. */
record ConfigurationShown(
    String cluster,
    String repository,
    String id,
    Instant readAt,
    long ageSeconds,
    String systemIdentifier,
    int postgresVersion,
    String readMode,
    String dataDirectory,
    List<KeptFile> files,
    List<ConfigurationTaken.LackingFile> lacking,
    int roles,
    int tablespaces,
    boolean passwords,
    long storedBytes)
    implements Answer {

  /** A file of it. */
  record KeptFile(String path, long bytes, String mode) {}

  static ConfigurationShown of(
      ClusterRepository cluster, Configurations.Version version, Instant now) {
    ClusterConfiguration content = version.content();
    return new ConfigurationShown(
        cluster.identity().name(),
        cluster.store().address(),
        version.name().value(),
        content.readAt(),
        Math.max(0, Duration.between(content.readAt(), now).toSeconds()),
        Long.toUnsignedString(content.system()),
        content.version(),
        content.readMode(),
        content.places().dataDirectory(),
        content.files().stream()
            .map(
                file ->
                    new KeptFile(
                        file.path(),
                        file.text().length(),
                        "0" + Integer.toOctalString(file.mode())))
            .toList(),
        content.lacking().stream()
            .map(one -> new ConfigurationTaken.LackingFile(one.path(), one.why()))
            .toList(),
        content.globals().roles(),
        content.globals().tablespaces(),
        content.globals().passwords(),
        version.storedBytes());
  }

  @Override
  public void print(Paper paper) {
    paper.fields(
        List.of(
            new Field("version", id),
            new Field("cluster", cluster + " in " + repository),
            new Field("of", Units.time(readAt) + ", " + Units.age(Duration.ofSeconds(ageSeconds))),
            new Field(
                "server",
                "PostgreSQL " + Units.postgres(postgresVersion) + ", data in " + dataDirectory),
            new Field(
                "holds",
                Units.count(files.size(), "file")
                    + ", "
                    + Units.count(roles, "role")
                    + (passwords ? " with hashes of passwords" : " without passwords")
                    + ", "
                    + Units.count(tablespaces, "tablespace")),
            new Field("stored", Units.bytes(storedBytes))));
    files.forEach(
        file -> paper.item(file.path() + ", " + Units.bytes(file.bytes()) + ", " + file.mode()));
    lacking.forEach(one -> paper.item("LACKING: " + one.path() + ": " + one.why()));
  }
}
