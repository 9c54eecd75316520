package io.mockupaws.engine.restore;

import io.mockupaws.engine.journal.Commit;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a restore has done.
 *
 * @param files written
 * @param bytes written, without WAL
 * @param tablespaces made in the WAL on the way; their data lies inside the target
 * @param notes what was decided about settings, for the operator
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

  public RestoreResult {
    tablespaces = List.copyOf(tablespaces);
    notes = List.copyOf(notes);
  }

  static RestoreResult of(RestorePlan plan, RestoredDirectory restored) {
    String as =
        restored.owner().isOurself() ? "" : "runuser -u " + restored.owner().name() + " -- ";
    String control = as + plan.binaries().map(b -> b.directory() + "/").orElse("") + "pg_ctl";
    String directory = Commands.shellQuote(restored.directory().toString());
    return new RestoreResult(
        plan,
        restored.directory(),
        restored.owner().name(),
        restored.files(),
        restored.bytes(),
        restored.tablespaces(),
        restored.notes(),
        control + " start -D " + directory + " -l " + directory + "/log/server.log",
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
        startCommand,
        stopCommand,
        Optional.of(done));
  }

  /** When the server took connections. */
  public Optional<Instant> readyAt() {
    return recovered.map(done -> done.reached().ended());
  }
}
