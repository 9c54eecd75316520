package io.mockupaws.app.cli;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.DumpSidecar;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.engine.configuration.ClusterConfiguration;
import io.mockupaws.engine.configuration.Configurations;
import io.mockupaws.engine.logical.LogicalBackup;
import io.mockupaws.engine.logical.LogicalCatalogue;
import io.mockupaws.engine.repository.ClusterRepository;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The answer of {@code list}. */
record BackupsAnswer(
    String cluster,
    String repository,
    int stores,
    List<Line> backups,
    List<DumpLine> logical,
    List<Other> others,
    List<ConfigurationLine> configurations,
    List<String> damagedConfigurations,
    Optional<Integer> historyRows)
    implements Answer {

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
      int corruptPages,
      Optional<String> tier,
      List<String> stores,
      Optional<Instant> provenAt) {}

  /** One dump. */
  record DumpLine(
      String id,
      String key,
      String content,
      String database,
      Instant startedAt,
      long ageSeconds,
      int postgresVersion,
      long bytes,
      long storedBytes,
      List<String> filters,
      Optional<String> tier,
      List<String> stores) {}

  /** What lies among the dumps and is none. */
  record Other(String key, String why) {}

  /** One version of the configuration. */
  record ConfigurationLine(
      String id,
      Instant readAt,
      long ageSeconds,
      int postgresVersion,
      int files,
      int lacking,
      int roles,
      int tablespaces,
      long storedBytes) {}

  static BackupsAnswer of(
      ClusterRepository cluster,
      List<ManifestHead> heads,
      LogicalCatalogue.Listed dumps,
      Configurations.Listed configurations,
      Optional<Integer> historyRows,
      Instant now) {
    BackupPlaces places = new BackupPlaces(cluster, heads.stream().map(ManifestHead::id).toList());
    return new BackupsAnswer(
        cluster.identity().name(),
        cluster.store().address(),
        places.count(),
        heads.stream().map(head -> line(head, places, now)).toList(),
        dumps.backups().stream().map(dump -> line(dump, places, now)).toList(),
        dumps.others().stream().map(one -> new Other(one.key().value(), one.why())).toList(),
        configurations.versions().stream().map(version -> line(version, now)).toList(),
        configurations.damaged(),
        historyRows);
  }

  private static ConfigurationLine line(Configurations.Version version, Instant now) {
    ClusterConfiguration content = version.content();
    return new ConfigurationLine(
        version.name().value(),
        content.readAt(),
        Math.max(0, Duration.between(content.readAt(), now).toSeconds()),
        content.version(),
        content.files().size(),
        content.lacking().size(),
        content.globals().roles(),
        content.globals().tablespaces(),
        version.storedBytes());
  }

  private static DumpLine line(LogicalBackup dump, BackupPlaces places, Instant now) {
    DumpSidecar facts = dump.facts();
    return new DumpLine(
        dump.name(),
        dump.key().value(),
        facts.content().name().toLowerCase(Locale.ROOT),
        facts.database(),
        facts.startedAt(),
        Math.max(0, Duration.between(facts.startedAt(), now).toSeconds()),
        facts.serverVersion(),
        facts.plainBytes(),
        facts.size(),
        facts.filters(),
        places.tier(dump.key()),
        places.stores(dump.sidecarKey()));
  }

  private static Line line(ManifestHead head, BackupPlaces places, Instant now) {
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
        head.corruptPages().size(),
        places.tier(head.id()),
        places.stores(head.id()),
        places.proven(head.id()));
  }

  @Override
  public void print(Paper paper) {
    paper.line("cluster " + cluster + " in " + repository);
    if (backups.isEmpty() && logical.isEmpty() && configurations.isEmpty()) {
      paper.line("no backups yet; take one: mockupaws backup");
    }
    if (!backups.isEmpty()) {
      List<String> headings =
          new ArrayList<>(List.of("backup", "age", "size", "stored", "corrupt", "proven"));
      List<List<String>> rows = new ArrayList<>();
      backups.forEach(line -> rows.add(new ArrayList<>(row(line))));
      if (backups.stream().anyMatch(line -> line.tier().isPresent())) {
        headings.add("tier");
        append(rows, backups.stream().map(line -> line.tier().orElse("-")).toList());
      }
      if (stores > 1) {
        headings.add("stores");
        append(rows, backups.stream().map(line -> some(line.stores())).toList());
      }
      paper.table(headings, rows);
    }
    if (!logical.isEmpty()) {
      List<String> headings = new ArrayList<>(List.of("dump", "of", "age", "size", "stored"));
      List<List<String>> rows = new ArrayList<>();
      logical.forEach(line -> rows.add(new ArrayList<>(row(line))));
      if (logical.stream().anyMatch(line -> line.tier().isPresent())) {
        headings.add("tier");
        append(rows, logical.stream().map(line -> line.tier().orElse("-")).toList());
      }
      if (stores > 1) {
        headings.add("stores");
        append(rows, logical.stream().map(line -> some(line.stores())).toList());
      }
      paper.table(headings, rows);
    }
    if (!configurations.isEmpty()) {
      paper.table(
          List.of("configuration", "age", "files", "lacking", "roles", "tablespaces"),
          configurations.stream().map(BackupsAnswer::row).toList());
    }
    historyRows.ifPresent(
        rows -> paper.line("backup_history: " + Units.count(rows, "row") + " of this cluster"));
    damagedConfigurations.forEach(one -> paper.item("no configuration: " + one));
    others.forEach(one -> paper.item("no backup: " + one.key() + ": " + one.why()));
  }

  private static void append(List<List<String>> rows, List<String> column) {
    for (int i = 0; i < rows.size(); i++) {
      rows.get(i).add(column.get(i));
    }
  }

  private String some(List<String> having) {
    return having.size() == stores ? "all" : having.size() + " of " + stores;
  }

  private static List<String> row(ConfigurationLine line) {
    return List.of(
        line.id(),
        Units.age(Duration.ofSeconds(line.ageSeconds())),
        Integer.toString(line.files()),
        line.lacking() == 0 ? "none" : Integer.toString(line.lacking()),
        Integer.toString(line.roles()),
        Integer.toString(line.tablespaces()));
  }

  private static List<String> row(DumpLine line) {
    return List.of(
        line.id(),
        line.content().equals("globals")
            ? "roles, tablespaces"
            : line.filters().isEmpty() ? line.database() : "part of " + line.database(),
        Units.age(Duration.ofSeconds(line.ageSeconds())),
        Units.bytes(line.bytes()),
        Units.bytes(line.storedBytes()));
  }

  private static List<String> row(Line line) {
    return List.of(
        line.id(),
        Units.age(Duration.ofSeconds(line.ageSeconds())),
        Units.bytes(line.bytes()),
        Units.bytes(line.storedBytes()),
        line.corruptPages() == 0 ? "none" : Integer.toString(line.corruptPages()),
        line.provenAt()
            .map(at -> Duration.between(at, line.stoppedAt().plusSeconds(line.ageSeconds())))
            .map(Units::age)
            .orElse("no"));
  }
}
