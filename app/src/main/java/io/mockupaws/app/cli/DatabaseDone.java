package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.engine.database.DatabaseResult;
import io.mockupaws.engine.journal.Commit;
import io.mockupaws.engine.restore.RestoreResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What came into a database. */
record DatabaseDone(
    long tables,
    long rows,
    long dumpBytes,
    Optional<String> keptAs,
    List<String> notes,
    String reachedLsn,
    Optional<Instant> lastCommit,
    Optional<Long> lastCommitXid,
    long rpoMillis,
    long rtoMillis) {

  static DatabaseDone of(DatabaseResult result) {
    RestoreResult.Recovered recovered = result.recovery().recovered().orElseThrow();
    return new DatabaseDone(
        result.tables(),
        result.rows(),
        result.dumpBytes(),
        result.keptAs(),
        result.notes(),
        recovered.reached().lsn().toString(),
        recovered.lastCommit().map(Commit::time),
        recovered.lastCommit().map(Commit::xid),
        recovered.lost().toMillis(),
        result.recoveryTime().toMillis());
  }

  void print(Paper paper, DatabasePlanned database) {
    List<Field> fields = new ArrayList<>();
    fields.add(
        new Field(
            "restored",
            Units.count(rows, "row")
                + " in "
                + Units.count(tables, "table")
                + ", compared with what was recovered, to "
                + database.address()));
    fields.add(
        new Field(
            "measured",
            "RPO "
                + Units.duration(Duration.ofMillis(rpoMillis))
                + ", RTO "
                + Units.duration(Duration.ofMillis(rtoMillis))));
    keptAs.ifPresent(
        name ->
            fields.add(
                new Field(
                    "the old one", name + "; DROP DATABASE removes it, RENAME brings it back")));
    paper.gap().fields(fields);
    notes.forEach(paper::item);
  }
}
