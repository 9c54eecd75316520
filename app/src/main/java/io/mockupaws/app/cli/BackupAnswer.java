package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.engine.repository.ClusterRepository;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The answer of {@code show}. */
record BackupAnswer(
    String cluster,
    String repository,
    String id,
    String kind,
    Optional<String> consolidates,
    Instant startedAt,
    Instant stoppedAt,
    long ageSeconds,
    long durationMillis,
    String systemIdentifier,
    int postgresVersion,
    long timeline,
    String startLsn,
    String stopLsn,
    long walSegmentBytes,
    int pageBytes,
    boolean dataChecksums,
    boolean fromStandby,
    String readMode,
    String dataDirectory,
    long files,
    long bytes,
    long storedBytes,
    List<Tablespace> tablespaces,
    List<CorruptPage> corruptPages)
    implements Answer {

  /** A tablespace of the source. */
  record Tablespace(long oid, String name, String location) {}

  /** A page that was damaged on the source. */
  record CorruptPage(String path, long block, String relation, String reason) {}

  static BackupAnswer of(ClusterRepository cluster, ManifestHead head, Instant now) {
    return new BackupAnswer(
        cluster.identity().name(),
        cluster.store().address(),
        head.id().value(),
        head.kind().word(),
        head.consolidates().map(BackupId::value),
        head.startedAt(),
        head.stoppedAt(),
        Math.max(0, Duration.between(head.stoppedAt(), now).toSeconds()),
        Duration.between(head.startedAt(), head.stoppedAt()).toMillis(),
        Long.toUnsignedString(head.systemIdentifier()),
        head.serverVersion(),
        Integer.toUnsignedLong(head.timeline().id()),
        head.start().toString(),
        head.stop().toString(),
        head.walSegmentSize(),
        head.blockSize(),
        head.dataChecksums(),
        head.fromStandby(),
        head.readMode(),
        head.dataDirectory(),
        head.files(),
        head.bytes(),
        head.sealedBytes(),
        head.tablespaces().stream()
            .map(t -> new Tablespace(t.oid(), t.name(), t.location()))
            .toList(),
        head.corruptPages().stream()
            .map(p -> new CorruptPage(p.path(), p.block(), p.relation(), p.reason()))
            .toList());
  }

  @Override
  public void print(Paper paper) {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("backup", id));
    consolidates.ifPresent(
        before -> fields.add(new Field("consolidates", before + ", which has the same content")));
    fields.add(new Field("cluster", cluster + ", system identifier " + systemIdentifier));
    fields.add(new Field("repository", repository));
    fields.add(
        new Field(
            "taken",
            Units.time(startedAt)
                + ", in "
                + Units.duration(Duration.ofMillis(durationMillis))
                + ", "
                + Units.age(Duration.ofSeconds(ageSeconds))));
    fields.add(
        new Field(
            "from",
            "PostgreSQL "
                + Units.postgres(postgresVersion)
                + (fromStandby ? ", a standby" : "")
                + ", "
                + dataDirectory
                + ", read "
                + (readMode.equals("sql") ? "over SQL" : "directly")));
    fields.add(
        new Field("WAL", startLsn + " to " + stopLsn + " on timeline " + timeline + " is needed"));
    fields.add(
        new Field(
            "size",
            Units.count(files, "file")
                + ", "
                + Units.bytes(bytes)
                + ", stored as "
                + Units.bytes(storedBytes)));
    fields.add(new Field("page checksums", dataChecksums ? "on, verified" : "off on the source"));
    tablespaces.forEach(
        t -> fields.add(new Field("tablespace", t.name() + " (" + t.oid() + "), " + t.location())));
    fields.add(
        new Field(
            "corrupt pages",
            corruptPages.isEmpty() ? "none" : Integer.toString(corruptPages.size())));
    paper.fields(fields);
    corruptPages.forEach(
        p -> paper.item(p.path() + " block " + p.block() + " " + p.relation() + ": " + p.reason()));
  }
}
