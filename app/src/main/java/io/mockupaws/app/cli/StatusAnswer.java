package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The answer of {@code status}. */
record StatusAnswer(
    String cluster,
    String repository,
    String server,
    boolean serverReachable,
    Optional<String> serverLsn,
    Optional<String> slot,
    Optional<Boolean> slotActive,
    Optional<String> slotKeeps,
    Optional<Long> slotHeldBytes,
    Optional<Long> slotLimitBytes,
    Optional<String> syncState,
    Optional<String> journalLsn,
    Optional<Long> lagBytes,
    Optional<Long> lagMillis,
    long rpoObjectiveMillis,
    Optional<Instant> windowFrom,
    Optional<Instant> windowTo,
    int holes,
    int backups,
    Optional<String> newestBackup,
    List<RecentBackup> lastBackups,
    RecoveryOutlook recovery,
    List<RunningTask> running,
    List<StoreStanding> stores,
    List<String> problems)
    implements Answer {

  @Override
  public void print(Paper paper) {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("cluster", cluster + " in " + repository));
    fields.add(new Field("server", serverText()));
    fields.add(new Field("journal", journalLsn.map(lsn -> "up to " + lsn).orElse("no WAL yet")));
    fields.add(new Field("behind", lagText()));
    fields.add(
        new Field(
            "slot",
            slot.map(
                    name ->
                        name
                            + (slotActive.orElse(false) ? ", streaming" : ", nobody streams")
                            + ", keeps: "
                            + slotKeeps.orElse("unknown")
                            + slotHeldBytes
                                .map(bytes -> ", " + Units.bytes(bytes) + " of WAL")
                                .orElse(""))
                .orElse("unknown")));
    fields.add(new Field("commits", commitsText()));
    fields.add(
        new Field(
            "window",
            windowFrom.isPresent() && windowTo.isPresent()
                ? Units.time(windowFrom.get()) + " to " + Units.time(windowTo.get())
                : "empty"));
    fields.add(new Field("holes", holes == 0 ? "none" : Integer.toString(holes)));
    fields.add(new Field("backups", Integer.toString(backups)));
    lastBackups.forEach(backup -> fields.add(new Field("", backup.text())));
    fields.addAll(recovery.fields());
    fields.add(RunningTask.field(running));
    stores.forEach(store -> fields.add(store.field()));
    paper.fields(fields);
    problems.forEach(problem -> paper.item("PROBLEM  " + problem));
    paper.line(problems.isEmpty() ? "protected" : "NOT as it should be");
  }

  private String commitsText() {
    return syncState
        .map(
            state ->
                switch (state) {
                  case "sync", "quorum" -> "wait until they are durable here (" + state + ")";
                  case "potential" -> "wait for another standby; for this one when that is away";
                  default -> "do not wait; a lost server may lose the last second";
                })
        .orElse("unknown: nobody streams");
  }

  private String serverText() {
    if (server.isEmpty()) {
      return "not asked: DATABASE_URL is not set";
    }
    return serverLsn.map(lsn -> server + ", at " + lsn).orElse(server + ", NOT reachable");
  }

  private String lagText() {
    return lagBytes.map(bytes -> Units.bytes(bytes)).orElse("unknown")
        + lagMillis.map(millis -> ", " + Units.duration(Duration.ofMillis(millis))).orElse("")
        + " (objective "
        + Units.duration(Duration.ofMillis(rpoObjectiveMillis))
        + ")";
  }

  @Override
  public boolean promisesKept() {
    return problems.isEmpty();
  }
}
