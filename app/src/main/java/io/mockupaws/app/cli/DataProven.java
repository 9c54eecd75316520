package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.engine.proof.DataReport;
import io.mockupaws.engine.proof.Finding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The answer of {@code verify-data}. */
record DataProven(
    String database,
    int postgresVersion,
    String verdict,
    boolean amcheck,
    List<Looked> looked,
    List<Found> findings,
    long durationMillis)
    implements Answer {
  private static final String DAMAGED = "damaged";
  private static final String PROVEN = "proven";

  /** How many of a kind. */
  record Looked(String kind, int count) {}

  /** What is not as it must be. */
  record Found(String kind, String subject, String state, String what) {}

  static DataProven of(DataReport report, Duration took) {
    return new DataProven(
        report.server().toString(),
        report.version(),
        report.isDamaged() ? DAMAGED : report.isProven() ? PROVEN : "unproven",
        report.amcheck(),
        report.looked().stream().map(one -> new Looked(word(one.kind()), one.count())).toList(),
        report.findings().stream().map(DataProven::found).toList(),
        took.toMillis());
  }

  private static Found found(Finding finding) {
    return new Found(
        word(finding.kind()), finding.subject(), word(finding.state()), finding.what());
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void print(Paper paper) {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("database", database + ", PostgreSQL " + Units.postgres(postgresVersion)));
    fields.add(
        new Field(
            "verdict",
            switch (verdict) {
              case DAMAGED -> "DAMAGED";
              case PROVEN -> "everything that was looked at is as it must be";
              default -> "no damage was found, and not everything is proven";
            }));
    looked.forEach(one -> fields.add(new Field(one.kind(), one.count() + " looked at")));
    fields.add(new Field("took", Units.duration(Duration.ofMillis(durationMillis))));
    paper.fields(fields);
    findings.forEach(
        one ->
            paper.item(
                (one.state().equals(DAMAGED) ? "DAMAGED  " : "not proven  ")
                    + one.kind()
                    + " "
                    + one.subject()
                    + ": "
                    + one.what()));
  }

  @Override
  public boolean done() {
    return !verdict.equals(DAMAGED);
  }

  @Override
  public boolean promisesKept() {
    return verdict.equals(PROVEN);
  }
}
