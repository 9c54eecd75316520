package io.mockupaws.demo.story;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the demo has shown.
 *
 * @param store {@code directory} or {@code s3}
 * @param targetTime the moment recovered to
 * @param rowsExpected rows of both tables that had to be there
 * @param rowsLost of those, missing or changed
 * @param rowsBeyondTarget rows there though they were committed after the target, or by nobody
 * @param rowsInFlight commits under way at the target, which may be there or not
 * @param rowsOutOfOrder rows there though an earlier commit is not
 * @param rpo what the crash would have cost: from the last commit in the repository to the last one
 *     acknowledged, or to the crash
 * @param rto from typing the restore command until the server took connections
 * @param backup how long the backup took
 * @param databaseBytes the cluster's files
 * @param backupBytes what the backup takes in the repository
 * @param repositoryBytes backup, WAL and everything else in the repository
 * @param examples rows found wrong, in words
 */
record DemoResult(
    int postgres,
    String store,
    Instant targetTime,
    long rowsExpected,
    long rowsLost,
    long rowsBeyondTarget,
    long rowsInFlight,
    long rowsOutOfOrder,
    Duration rpo,
    Duration rto,
    Duration backup,
    long databaseBytes,
    long backupBytes,
    long repositoryBytes,
    List<String> examples) {

  boolean proven() {
    return rowsLost == 0 && rowsBeyondTarget == 0 && rowsOutOfOrder == 0;
  }

  /** The fields of the JSON answer, documented with the command. */
  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("proven", proven());
    fields.put("postgres", postgres);
    fields.put("store", store);
    fields.put("targetTime", targetTime.toString());
    fields.put("rowsExpected", rowsExpected);
    fields.put("rowsLost", rowsLost);
    fields.put("rowsBeyondTarget", rowsBeyondTarget);
    fields.put("rowsInFlight", rowsInFlight);
    fields.put("rowsOutOfOrder", rowsOutOfOrder);
    fields.put("rpoMillis", rpo.toMillis());
    fields.put("rtoMillis", rto.toMillis());
    fields.put("backupMillis", backup.toMillis());
    fields.put("databaseBytes", databaseBytes);
    fields.put("backupBytes", backupBytes);
    fields.put("repositoryBytes", repositoryBytes);
    fields.put("examples", examples);
    return fields;
  }

  /** The table at the end of the story. */
  String table() {
    return String.join(
        "\n",
        row("rows that had to be there", Narrator.count(rowsExpected)),
        row("lost", Narrator.count(rowsLost)),
        row("beyond the target", Narrator.count(rowsBeyondTarget)),
        row("RPO: the crash would have cost", Narrator.count(rpo.toMillis()) + " ms"),
        row("RTO: back in service after", Narrator.seconds(rto)),
        row("database", Narrator.megabytes(databaseBytes)),
        row(
            "backup",
            "%s in %s, %s"
                .formatted(
                    Narrator.megabytes(backupBytes),
                    Narrator.seconds(backup),
                    Narrator.speed(databaseBytes, backup))),
        row(
            "restore",
            "%s in %s, %s"
                .formatted(
                    Narrator.megabytes(databaseBytes),
                    Narrator.seconds(rto),
                    Narrator.speed(databaseBytes, rto))),
        row("repository, WAL included", Narrator.megabytes(repositoryBytes)));
  }

  private static String row(String name, String value) {
    return "  %-34s %s".formatted(name, value);
  }
}
