package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.BackupKind;
import io.mockupaws.engine.backup.BackupResult;
import io.mockupaws.engine.consolidation.Consolidated;
import io.mockupaws.engine.repository.ClusterRepository;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The answer of {@code backup}. */
record BackupTaken(
    String cluster,
    String repository,
    String id,
    String kind,
    Optional<String> base,
    String readMode,
    long timeline,
    String startLsn,
    String stopLsn,
    long files,
    long bytes,
    long readBytes,
    long storedBytes,
    long durationMillis,
    boolean ownStream,
    long corruptPageCount,
    List<BackupAnswer.CorruptPage> corruptPages,
    TakenOverLine takenOver,
    Optional<ConsolidationAnswer.Done> consolidated,
    List<StoreLook.StoreLine> stores,
    boolean everywhere,
    List<String> warnings)
    implements Answer {

  static BackupTaken of(
      ClusterRepository cluster,
      BackupResult result,
      boolean ownStream,
      Optional<Consolidated> consolidated) {
    StoreLook look = StoreLook.at(cluster);
    List<String> warnings = new ArrayList<>(result.warnings());
    warnings.addAll(look.problems());
    return new BackupTaken(
        cluster.identity().name(),
        cluster.store().address(),
        result.id().value(),
        (result.base().isPresent() ? BackupKind.INCREMENTAL : BackupKind.FULL).word(),
        result.base().map(BackupId::value),
        result.mode().word(),
        Integer.toUnsignedLong(result.timeline().id()),
        result.start().toString(),
        result.stop().toString(),
        result.files(),
        result.bytes(),
        result.readBytes(),
        result.sealedBytes(),
        result.took().toMillis(),
        ownStream,
        result.corruptPageCount(),
        result.corruptPages().stream()
            .map(p -> new BackupAnswer.CorruptPage(p.path(), p.block(), p.relation(), p.reason()))
            .toList(),
        TakenOverLine.of(result.takenOver()),
        consolidated.map(ConsolidationAnswer.Done::of),
        look.stores(),
        look.problems().isEmpty(),
        warnings);
  }

  @Override
  public void print(Paper paper) {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("backup", id));
    base.ifPresent(earlier -> fields.add(new Field("builds on", earlier)));
    fields.add(new Field("cluster", cluster + " in " + repository));
    long read = base.isPresent() ? readBytes : bytes - takenOver.bytes();
    Duration took = Duration.ofMillis(durationMillis);
    fields.add(
        new Field(
            "read",
            Units.count(files - takenOver.files(), "file")
                + ", "
                + Units.bytes(read)
                + (base.isPresent() ? " of " + Units.bytes(bytes) : "")
                + (readMode.equals("sql") ? " over SQL" : " directly")
                + " in "
                + Units.duration(took)
                + ", "
                + Units.rate(read, took)));
    takenOver.field("taken over").ifPresent(fields::add);
    fields.add(new Field("stored", Units.bytes(storedBytes)));
    consolidated.ifPresent(
        done ->
            fields.add(
                new Field(
                    "consolidated", "as " + done.id() + ", " + Units.bytes(done.storedBytes()))));
    fields.add(new Field("WAL", startLsn + " to " + stopLsn + ", on timeline " + timeline));
    fields.add(
        new Field(
            "corrupt pages", corruptPageCount == 0 ? "none" : Long.toString(corruptPageCount)));
    paper.fields(fields);
    corruptPages.forEach(
        p -> paper.item(p.path() + " block " + p.block() + " " + p.relation() + ": " + p.reason()));
    takenOver.notUsed().forEach(paper::item);
    warnings.forEach(warning -> paper.item("warning: " + warning));
    if (ownStream) {
      paper.line(
          "No stream runs: what is committed from here on is not protected. Next: mockupaws"
              + " stream");
    }
  }

  @Override
  public boolean promisesKept() {
    return corruptPageCount == 0 && everywhere;
  }
}
