package io.mockupaws.app.cli;

import io.mockupaws.app.cli.Paper.Field;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.journal.Commit;
import io.mockupaws.engine.restore.RestoreResult;
import io.mockupaws.engine.restore.TargetAction;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a restore has done. */
record RestoreDone(
    String owner,
    long files,
    long bytes,
    List<String> tablespaces,
    List<String> notes,
    long fetchedBytes,
    Optional<Rescued> rescued,
    Optional<String> oldDirectory,
    Optional<String> keptWal,
    String startCommand,
    String stopCommand,
    Optional<Server> server) {

  /** WAL that the target alone had. */
  record Rescued(String toLsn, long commits, Optional<String> failed) {}

  /** The server that was started. */
  record Server(
      String state,
      int port,
      String reachedLsn,
      Optional<Long> newTimeline,
      Optional<Instant> lastCommit,
      Optional<Long> lastCommitXid,
      long rpoMillis,
      long rtoMillis,
      long replayMillis,
      String log) {}

  static RestoreDone of(RestoreResult result) {
    return new RestoreDone(
        result.owner(),
        result.files(),
        result.bytes(),
        result.tablespaces(),
        result.notes(),
        result.fetchedBytes(),
        result
            .rescue()
            .map(
                rescue ->
                    new Rescued(
                        rescue.wal().to().toString(), rescue.wal().commits(), rescue.failed())),
        result.oldDirectory().map(Path::toString),
        result.keptWal().map(Path::toString),
        result.startCommand(),
        result.stopCommand(),
        result.recovered().map(done -> server(result.plan().request().action(), done)));
  }

  private static Server server(TargetAction action, RestoreResult.Recovered done) {
    return new Server(
        switch (action) {
          case PROMOTE -> "promoted";
          case PAUSE -> "paused";
          case SHUTDOWN -> "stopped";
        },
        done.port(),
        done.reached().lsn().toString(),
        done.reached().timeline().map(Timeline::id).map(Integer::toUnsignedLong),
        done.lastCommit().map(Commit::time),
        done.lastCommit().map(Commit::xid),
        done.lost().toMillis(),
        done.recoveryTime().toMillis(),
        done.reached().replay().toMillis(),
        done.log().toString());
  }

  void print(Paper paper, String directory) {
    List<Field> fields = new ArrayList<>();
    fields.add(
        new Field(
            "restored",
            Units.count(files, "file")
                + ", "
                + Units.bytes(bytes)
                + ", to "
                + directory
                + ", owned by "
                + owner));
    addWhatWasThere(fields, directory);
    if (server.isEmpty()) {
      fields.add(new Field("start it", startCommand + " (as " + owner + ")"));
    }
    server.ifPresent(running -> addServer(fields, running));
    paper.gap().fields(fields);
    tablespaces.forEach(t -> paper.item("tablespace inside the directory: " + t));
    notes.forEach(paper::item);
  }

  private void addWhatWasThere(List<Field> fields, String directory) {
    if (fetchedBytes < bytes) {
      fields.add(
          new Field(
              "was there already",
              Units.bytes(bytes - fetchedBytes) + "; written: " + Units.bytes(fetchedBytes)));
    }
    rescued.ifPresent(
        wal ->
            fields.add(
                new Field(
                    "WAL of the old server",
                    wal.failed()
                        .map(why -> "NOT brought into the repository: " + why)
                        .orElse(
                            "brought into the repository up to "
                                + wal.toLsn()
                                + ", "
                                + Units.count(wal.commits(), "commit")))));
    keptWal.ifPresent(
        path -> fields.add(new Field("kept", "WAL that the repository does not have: " + path)));
    oldDirectory.ifPresent(
        path ->
            fields.add(
                new Field(
                    "the way back",
                    "the old directory is " + path + ": remove " + directory + ", rename it")));
  }

  private void addServer(List<Field> fields, Server running) {
    fields.add(
        new Field(
            "reached",
            running.reachedLsn()
                + running.newTimeline().map(t -> ", now on timeline " + t).orElse("")));
    fields.add(
        new Field(
            "last transaction",
            running
                .lastCommit()
                .map(time -> running.lastCommitXid().orElse(0L) + " of " + Units.exactTime(time))
                .orElse("none behind the backup's end")));
    fields.add(
        new Field(
            "measured",
            "RPO "
                + Units.duration(Duration.ofMillis(running.rpoMillis()))
                + ", RTO "
                + Units.duration(Duration.ofMillis(running.rtoMillis()))
                + " (replay "
                + Units.duration(Duration.ofMillis(running.replayMillis()))
                + ")"));
    boolean stopped = running.port() == 0;
    fields.add(
        new Field(
            "server", running.state() + (stopped ? "" : ", on localhost, port " + running.port())));
    fields.add(new Field("log", running.log()));
    if (!stopped) {
      fields.add(new Field("stop it", stopCommand + " (as " + owner + ")"));
    }
  }
}
