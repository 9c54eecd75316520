package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.verify.VerifyReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The answer of {@code verify}. */
record VerifyAnswer(
    String cluster,
    String repository,
    String depth,
    String verdict,
    List<BackupLine> backups,
    List<DumpLine> dumps,
    List<FindingLine> findings,
    List<String> lost,
    List<String> storesAway,
    Optional<Long> timeline,
    List<WindowAnswer.Range> window,
    long packs,
    long packBytes,
    long walBytes,
    long dumpBytes,
    TakenOver takenOver,
    long durationMillis)
    implements Answer {
  private static final String WHOLE = "whole";
  private static final String LOST = "lost";

  /** Whether a backup can be restored to its own end. */
  record BackupLine(String id, boolean whole, List<String> reasons) {}

  /** Whether a dump is as it was written. */
  record DumpLine(
      String id,
      Optional<String> database,
      Optional<Instant> startedAt,
      boolean whole,
      List<String> reasons) {}

  /** What an earlier run had read that was broken off. */
  record TakenOver(long packs, long packBytes, long walBytes, Optional<Instant> since) {}

  /** Something that is not as it was promised. */
  record FindingLine(String kind, String object, String what) {}

  static VerifyAnswer of(
      ClusterRepository cluster,
      String depth,
      VerifyReport report,
      DumpsVerified dumps,
      Duration took) {
    List<String> lost = new ArrayList<>(report.lost());
    lost.addAll(dumps.lost(report.window()));
    List<FindingLine> findings = new ArrayList<>();
    report.findings().forEach(f -> findings.add(new FindingLine(f.word(), f.object(), f.what())));
    findings.addAll(dumps.findings());
    boolean whole = report.isWhole() && dumps.findings().isEmpty();
    return new VerifyAnswer(
        cluster.identity().name(),
        cluster.store().address(),
        depth,
        whole ? WHOLE : lost.isEmpty() ? "not-kept" : LOST,
        report.backups().stream()
            .map(b -> new BackupLine(b.id().value(), b.whole(), b.reasons()))
            .toList(),
        dumps.lines(),
        findings,
        lost,
        PlanAnswer.away(cluster),
        report.timeline().map(t -> Integer.toUnsignedLong(t.id())),
        report.window().stream().map(WindowAnswer::range).toList(),
        report.packs(),
        report.packBytes(),
        report.walBytes(),
        dumps.bytes(),
        new TakenOver(
            report.takenOver().packs(),
            report.takenOver().packBytes(),
            report.takenOver().walBytes(),
            report.takenOver().since()),
        took.toMillis());
  }

  @Override
  public void print(Paper paper) {
    paper.line("cluster " + cluster + " in " + repository);
    table(
        paper,
        "backup",
        backups.stream().map(b -> List.of(b.id(), text(b.whole(), b.reasons()))).toList());
    table(
        paper,
        "dump",
        dumps.stream().map(d -> List.of(d.id(), text(d.whole(), d.reasons()))).toList());
    List<Field> fields = new ArrayList<>();
    String looked = depth.equals("read") ? "read " : "listed ";
    fields.add(
        new Field(
            "looked at",
            looked
                + Units.count(packs, "pack")
                + ", "
                + Units.bytes(packBytes)
                + ", and "
                + Units.bytes(walBytes)
                + " of WAL"
                + (dumps.isEmpty()
                    ? ""
                    : ", and "
                        + Units.count(dumps.size(), "dump")
                        + ", "
                        + Units.bytes(dumpBytes))));
    takenOver.since().ifPresent(since -> fields.add(new Field("of that", takenOverText(since))));
    for (WindowAnswer.Range range : window) {
      fields.add(new Field("from", Units.exactTime(range.fromTime()) + ", " + range.fromLsn()));
      fields.add(new Field("to", Units.exactTime(range.toTime()) + ", " + range.toLsn()));
    }
    if (window.isEmpty() && (dumps.isEmpty() || !backups.isEmpty())) {
      fields.add(new Field("window", "empty: nothing of what was looked at can be recovered"));
    }
    fields.add(new Field("findings", findings.isEmpty() ? "none" : "" + findings.size()));
    paper.fields(fields);
    findings.forEach(f -> paper.item(f.kind() + " " + f.object() + ": " + f.what()));
    lost.forEach(what -> paper.item("lost: " + what));
    storesAway.forEach(
        store ->
            paper.item(
                "the store "
                    + store
                    + " cannot be reached: what it alone has counts as not there -> verify again"
                    + " when it can"));
    paper.line(
        switch (verdict) {
          case WHOLE -> "whole";
          case LOST -> "LOST: something can be recovered in no way any more";
          default ->
              findings.stream().allMatch(f -> f.kind().equals("frozen"))
                  ? "nothing is known against it, but what lies frozen was not read"
                  : "a promise is not kept; everything can be recovered all the same";
        });
  }

  private static void table(Paper paper, String what, List<List<String>> rows) {
    if (!rows.isEmpty()) {
      paper.table(List.of(what, "verdict"), rows);
    }
  }

  private static String text(boolean whole, List<String> reasons) {
    return whole ? WHOLE : String.join("; ", reasons);
  }

  private String takenOverText(Instant since) {
    return Units.count(takenOver.packs(), "pack")
        + ", "
        + Units.bytes(takenOver.packBytes())
        + ", and "
        + Units.bytes(takenOver.walBytes())
        + " of WAL were read since "
        + Units.exactTime(since)
        + " by a verification that was broken off";
  }

  @Override
  public boolean done() {
    return !verdict.equals(LOST);
  }

  @Override
  public boolean promisesKept() {
    return verdict.equals(WHOLE) && storesAway.isEmpty();
  }
}
