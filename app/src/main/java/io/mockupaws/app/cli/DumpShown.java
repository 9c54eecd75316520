package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.core.format.DumpSidecar;
import io.mockupaws.engine.logical.LogicalBackup;
import io.mockupaws.engine.repository.ClusterRepository;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** The answer of {@code show} for a dump. */
record DumpShown(
    String cluster,
    String repository,
    String id,
    String key,
    String content,
    String database,
    Instant startedAt,
    Instant finishedAt,
    long ageSeconds,
    String systemIdentifier,
    int postgresVersion,
    String clientTools,
    List<String> filters,
    long bytes,
    long storedBytes,
    String sha256)
    implements Answer {

  static DumpShown of(ClusterRepository cluster, LogicalBackup dump, Instant now) {
    DumpSidecar facts = dump.facts();
    return new DumpShown(
        cluster.identity().name(),
        cluster.store().address(),
        dump.name(),
        dump.key().value(),
        facts.content().name().toLowerCase(Locale.ROOT),
        facts.database(),
        facts.startedAt(),
        facts.finishedAt(),
        Duration.between(facts.startedAt(), now).toSeconds(),
        Long.toUnsignedString(facts.system()),
        facts.serverVersion(),
        facts.tools(),
        facts.filters(),
        facts.plainBytes(),
        facts.size(),
        facts.sha256());
  }

  @Override
  public void print(Paper paper) {
    paper.fields(
        List.of(
            new Field("dump", id),
            new Field("cluster", cluster + " in " + repository),
            new Field("lies at", key),
            new Field(
                "holds",
                content.equals("globals") ? "roles and tablespaces" : "database " + database),
            new Field(
                "of", Units.time(startedAt) + ", " + Units.age(Duration.ofSeconds(ageSeconds))),
            new Field("written by", "pg_dump " + clientTools + ", server " + postgresVersion),
            new Field("size", Units.bytes(bytes) + ", stored " + Units.bytes(storedBytes)),
            new Field("SHA-256", sha256)));
    filters.forEach(paper::item);
  }
}
