package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.app.config.Rate;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.engine.backup.BackupPlan;
import io.mockupaws.engine.repository.ClusterRepository;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The answer of {@code backup --dry-run}. */
record BackupPlanAnswer(
    String cluster,
    String repository,
    String kind,
    Optional<String> base,
    String kindReason,
    String readMode,
    String readModeReason,
    long files,
    long directories,
    long bytes,
    long readBytes,
    long unwatchedFiles,
    long walBytes,
    int jobs,
    Optional<Long> maxReadRateBytes,
    Optional<Long> maxRateBytes,
    boolean verifiesPages,
    boolean fromStandby,
    List<String> externalFiles,
    TakenOverLine takenOver,
    List<String> warnings)
    implements Answer {

  static BackupPlanAnswer of(
      ClusterRepository cluster, BackupPlan plan, Optional<Rate> readRate, Optional<Rate> rate) {
    return new BackupPlanAnswer(
        cluster.identity().name(),
        cluster.store().address(),
        plan.kind().word(),
        plan.base().map(BackupId::value),
        plan.kindReason(),
        plan.mode().word(),
        plan.modeReason(),
        plan.files(),
        plan.directories(),
        plan.bytes(),
        plan.readBytes(),
        plan.unwatchedFiles(),
        plan.walBytes(),
        plan.connections(),
        readRate.map(Rate::bytesPerSecond),
        rate.map(Rate::bytesPerSecond),
        plan.verifiesPages(),
        plan.fromStandby(),
        plan.externalFiles(),
        TakenOverLine.of(plan.takenOver()),
        plan.warnings());
  }

  @Override
  public void print(Paper paper) {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("cluster", cluster + " in " + repository));
    fields.add(
        new Field(
            "would take",
            base.map(earlier -> "an incremental backup that builds on " + earlier)
                .orElse(
                    "a full backup" + (kindReason.isEmpty() ? "" : ", because " + kindReason))));
    fields.add(
        new Field(
            "would read",
            base.isPresent()
                ? Units.bytes(readBytes)
                    + " of "
                    + Units.bytes(bytes)
                    + " in "
                    + Units.count(files, "file")
                    + (walBytes == 0
                        ? ""
                        : ", and before it "
                            + Units.bytes(walBytes)
                            + " of WAL in the repository that has no summary")
                    + (unwatchedFiles == 0
                        ? ""
                        : "; the server was restarted since then: "
                            + Units.count(unwatchedFiles, "file")
                            + " that changed since "
                            + (unwatchedFiles == 1 ? "is" : "are")
                            + " read whole")
                : Units.count(files, "file") + ", " + Units.bytes(bytes)));
    fields.add(
        new Field(
            "how",
            (readMode.equals("sql") ? "over SQL, " : "directly, ")
                + Units.count(jobs, "job")
                + (readModeReason.isEmpty() ? "" : ", because " + readModeReason)));
    if (maxReadRateBytes.isPresent() || maxRateBytes.isPresent()) {
      fields.add(
          new Field(
              "at most",
              Stream.concat(
                      maxReadRateBytes.stream().map(rate -> Units.bytes(rate) + "/s read"),
                      maxRateBytes.stream().map(rate -> Units.bytes(rate) + "/s written"))
                  .collect(Collectors.joining(", "))));
    }
    takenOver.field("of it at most").ifPresent(fields::add);
    fields.add(new Field("page checksums", verifiesPages ? "verified" : "none: off on the server"));
    paper.fields(fields);
    externalFiles.forEach(file -> paper.item("outside the data directory: " + file));
    takenOver.notUsed().forEach(paper::item);
    warnings.forEach(warning -> paper.item("warning: " + warning));
    paper.line("dry run: nothing was changed");
  }
}
