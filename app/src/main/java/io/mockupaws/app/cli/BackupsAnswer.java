package io.mockupaws.app.cli;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.engine.repository.ClusterRepository;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The answer of {@code list}. */
record BackupsAnswer(String cluster, String repository, List<Line> backups) implements Answer {

  /** One backup. */
  record Line(
      String id,
      String kind,
      Optional<String> consolidates,
      Instant startedAt,
      Instant stoppedAt,
      long ageSeconds,
      int postgresVersion,
      long timeline,
      String startLsn,
      String stopLsn,
      long files,
      long bytes,
      long storedBytes,
      int corruptPages) {}

  static BackupsAnswer of(ClusterRepository cluster, List<ManifestHead> heads, Instant now) {
    return new BackupsAnswer(
        cluster.identity().name(),
        cluster.store().address(),
        heads.stream().map(head -> line(head, now)).toList());
  }

  private static Line line(ManifestHead head, Instant now) {
    return new Line(
        head.id().value(),
        head.kind().word(),
        head.consolidates().map(BackupId::value),
        head.startedAt(),
        head.stoppedAt(),
        Math.max(0, Duration.between(head.stoppedAt(), now).toSeconds()),
        head.serverVersion(),
        Integer.toUnsignedLong(head.timeline().id()),
        head.start().toString(),
        head.stop().toString(),
        head.files(),
        head.bytes(),
        head.sealedBytes(),
        head.corruptPages().size());
  }

  @Override
  public void print(Paper paper) {
    paper.line("cluster " + cluster + " in " + repository);
    if (backups.isEmpty()) {
      paper.line("no backups yet; take one: mockupaws backup");
      return;
    }
    paper.table(
        List.of("backup", "age", "size", "stored", "corrupt pages"),
        backups.stream().map(BackupsAnswer::row).toList());
  }

  private static List<String> row(Line line) {
    return List.of(
        line.id(),
        Units.age(Duration.ofSeconds(line.ageSeconds())),
        Units.bytes(line.bytes()),
        Units.bytes(line.storedBytes()),
        line.corruptPages() == 0 ? "none" : Integer.toString(line.corruptPages()));
  }
}
