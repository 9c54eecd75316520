package io.mockupaws.engine.restore;

import io.mockupaws.engine.journal.Commit;
import io.mockupaws.engine.journal.Unshipped;
import io.mockupaws.engine.objective.Measurement;
import io.mockupaws.engine.repository.HostName;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a restore has done.
 *
 * @param files written
 * @param bytes written, without WAL
 * @param tablespaces made in the WAL on the way; their data lies inside the target
 * @param notes what was decided about settings, for the operator
 * @param fetchedBytes of {@code bytes}, those that were not in the target already
 * @param oldDirectory what the target held before, kept under another name
 * @param keptWal WAL that was in the target and that the repository does not have
 * @param rescue what became of WAL that the target alone had
 * @param startCommand starts the directory when it does not run yet
 * @param stopCommand stops the server
 */
public record RestoreResult(
    RestorePlan plan,
    Path directory,
    String owner,
    long files,
    long bytes,
    List<String> tablespaces,
    List<String> notes,
    long fetchedBytes,
    Optional<Path> oldDirectory,
    Optional<Path> keptWal,
    Optional<Rescue> rescue,
    String startCommand,
    String stopCommand,
    Optional<Recovered> recovered) {

  /**
   * What the server came to.
   *
   * @param lastCommit the last transaction that is there; empty when none followed the backup
   * @param port where the server listens; the socket lies in the directory of a safe copy
   * @param lost the measured recovery point: how much older the last commit is than the newest one
   *     the repository knows of
   * @param recoveryTime the measured recovery time: from the beginning of the command until the
   *     server took connections
   */
  public record Recovered(
      RecoveringServer.Reached reached,
      Optional<Commit> lastCommit,
      int port,
      Path log,
      Duration lost,
      Duration recoveryTime) {}

  /**
   * What became of WAL that the target alone had.
   *
   * @param failed why it did not come into the repository; empty when it did
   */
  public record Rescue(Unshipped wal, Optional<String> failed) {}

  public RestoreResult {
    tablespaces = List.copyOf(tablespaces);
    notes = List.copyOf(notes);
  }

  static RestoreResult of(RestorePlan plan, RestoredDirectory restored) {
    String as =
        restored.owner().isOurself() ? "" : "runuser -u " + restored.owner().name() + " -- ";
    String control = as + plan.binaries().map(b -> b.directory() + "/").orElse("") + "pg_ctl";
    String directory = Commands.shellQuote(restored.directory().toString());
    String logDirectory = LogDirectory.in(restored.directory());
    return new RestoreResult(
        plan,
        restored.directory(),
        restored.owner().name(),
        restored.files(),
        restored.bytes(),
        restored.tablespaces(),
        restored.notes(),
        restored.fetchedBytes(),
        restored.oldDirectory(),
        restored.keptWal(),
        Optional.empty(),
        control
            + " start -D "
            + directory
            + " -l "
            + directory
            + "/"
            + logDirectory
            + "/server.log",
        control + " stop -D " + directory,
        Optional.empty());
  }

  RestoreResult with(Recovered done) {
    return new RestoreResult(
        plan,
        directory,
        owner,
        files,
        bytes,
        tablespaces,
        notes,
        fetchedBytes,
        oldDirectory,
        keptWal,
        rescue,
        startCommand,
        stopCommand,
        Optional.of(done));
  }

  RestoreResult with(Rescue saved) {
    return new RestoreResult(
        plan,
        directory,
        owner,
        files,
        bytes,
        tablespaces,
        notes,
        fetchedBytes,
        oldDirectory,
        keptWal,
        Optional.of(saved),
        startCommand,
        stopCommand,
        recovered);
  }

  RestoreResult withNote(String note) {
    List<String> more = new ArrayList<>(notes);
    more.add(note);
    return new RestoreResult(
        plan,
        directory,
        owner,
        files,
        bytes,
        tablespaces,
        more,
        fetchedBytes,
        oldDirectory,
        keptWal,
        rescue,
        startCommand,
        stopCommand,
        recovered);
  }

  /** What it took; empty where no server took connections and writes at the end. */
  Optional<Measurement> measurement() {
    return recovered
        .filter(_ -> plan.request().action() == TargetAction.PROMOTE)
        .map(this::measurement);
  }

  private Measurement measurement(Recovered done) {
    Duration all = done.recoveryTime().truncatedTo(ChronoUnit.MILLIS);
    Duration replay = done.reached().replay().truncatedTo(ChronoUnit.MILLIS);
    return new Measurement(
        done.reached().ended(),
        HostName.own(),
        plan.backup().id(),
        bytes,
        fetchedBytes,
        all.minus(replay),
        plan.wal().bytes(),
        replay,
        done.lost());
  }

  /** When the server took connections. */
  public Optional<Instant> readyAt() {
    return recovered.map(done -> done.reached().ended());
  }
}
