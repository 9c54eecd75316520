package io.mockupaws.engine.restore;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.TimelineHistory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A server in a restored directory on its way to the target: started, followed by its log, judged
 * by the position it really reached.
 */
public final class RecoveringServer implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(20);

  private final Expectation expected;
  private final Path directory;
  private final Path log;
  private final ServerProcess process;
  private final LogTail tail;
  private final RecoveryLog said = new RecoveryLog();
  private final InstantSource clock;
  private final Instant started;

  private RecoveringServer(
      Start start, Path log, LogTail tail, ServerProcess process, InstantSource clock) {
    this.expected = start.expected();
    this.directory = start.directory();
    this.log = log;
    this.process = process;
    this.clock = clock;
    this.tail = tail;
    this.started = clock.instant();
  }

  /**
   * What the recovery must come to.
   *
   * @param begin where replay begins
   * @param lastStart the start of the last record
   * @param lastEnd the position reached with it
   */
  public record Expectation(Lsn begin, Lsn lastStart, Lsn lastEnd, TargetAction action) {}

  /**
   * What was reached.
   *
   * @param lsn the end of the last record replayed
   * @param timeline the new one after a promotion, else empty
   * @param replay from the start of the server to the end of recovery
   * @param ended when that was: after a promotion, when the server took connections
   * @param pid of the running server; empty when it has shut down
   */
  public record Reached(
      Lsn lsn, Optional<Timeline> timeline, Duration replay, Instant ended, Optional<Long> pid) {}

  /** How a server is started. */
  record Start(
      ServerBinaries binaries,
      Owner owner,
      Path directory,
      Map<String, String> settings,
      Expectation expected) {}

  /** Starts the server; it goes on when we end. */
  static RecoveringServer start(Start start, InstantSource clock) {
    Path log =
        start
            .directory()
            .resolve(LogDirectory.in(start.directory()))
            .resolve("mockupaws-recovery.log");
    return LocalFiles.attempt(
        "starting a server in",
        start.directory(),
        () -> {
          LocalFiles.makeDirectories(start.directory(), LocalFiles.parent(log), start.owner());
          // a source that was itself restored brings its log along
          Files.writeString(log, "", CREATE, APPEND);
          LocalFiles.setMode(log, 0600);
          start.owner().give(log);
          LogTail tail = new LogTail(log);
          ServerProcess process =
              ServerProcess.start(
                  start.binaries(), start.owner(), start.directory(), start.settings(), log);
          return new RecoveringServer(start, log, tail, process, clock);
        });
  }

  /** Where the server listens, by its own word; 0 when it does not run. */
  public int port() {
    return process.port();
  }

  /** Where the server's output goes. */
  public Path log() {
    return log;
  }

  /**
   * Follows the recovery to its end and compares what was reached with what was wanted.
   *
   * @throws Failure RECOVERY_FAILED with the server's own words; NOT_REACHED when it ended
   *     elsewhere: the server is stopped then; RESTORE_INTERRUPTED: likewise
   */
  public Reached follow(RestoreListener listener, Cancel cancel) {
    try {
      while (!hasEnded()) {
        cancel.check();
        listener.progress(progress());
        Thread.sleep(POLL);
      }
      Instant ended = clock.instant();
      listener.progress(progress());
      return judge(ended);
    } catch (InterruptedException e) {
      stop();
      Thread.currentThread().interrupt();
      throw new Failure(ErrorCode.RESTORE_INTERRUPTED, "interrupted", "restore again", e);
    } catch (Failure e) {
      stop();
      throw e;
    }
  }

  private RestoreProgress progress() {
    Lsn at = said.position().orElse(expected.begin());
    long total = expected.lastStart().minus(expected.begin());
    long done = Math.clamp(at.minus(expected.begin()), 0L, Math.max(total, 0L));
    return new RestoreProgress(RestoreProgress.Phase.REPLAY, done, total, Optional.of(at));
  }

  private boolean hasEnded() {
    // Asked before the log is read: what a dying server wrote last is seen.
    boolean alive = process.isAlive();
    LocalFiles.attempt(
        "reading",
        log,
        () -> {
          tail.poll(said::line);
          return log;
        });
    return !alive
        || switch (expected.action()) {
          case PROMOTE -> said.isReady();
          case PAUSE -> said.isPaused() || said.isReady();
          case SHUTDOWN -> said.isReady();
        };
  }

  private Reached judge(Instant ended) {
    if (expected.action() != TargetAction.PROMOTE && said.isReady()) {
      throw promoted();
    }
    boolean alive = process.isAlive();
    boolean mayHaveEnded = expected.action() == TargetAction.SHUTDOWN;
    if ((!alive && !mayHaveEnded) || (mayHaveEnded && said.stoppedAfter().isEmpty())) {
      throw died();
    }
    Lsn reached =
        expected.action() == TargetAction.PROMOTE ? forkPosition() : endAfterLastReplayed();
    if (!reached.equals(expected.lastEnd())) {
      throw new Failure(
          ErrorCode.NOT_REACHED,
          "the server recovered to " + reached + ", wanted was " + expected.lastEnd(),
          "do not use " + directory + "; look at " + log + " and restore again");
    }
    return new Reached(
        reached,
        said.newTimeline(),
        Duration.between(started, ended),
        ended,
        alive ? Optional.of(process.pid()) : Optional.empty());
  }

  /** Where the new timeline left its parent: the end of the last record that was replayed. */
  private Lsn forkPosition() {
    Timeline timeline =
        said.newTimeline().orElseThrow(() -> unclear("the server chose no new timeline"));
    Path file = directory.resolve("pg_wal").resolve(timeline.historyFileName());
    byte[] content = LocalFiles.read(file).orElseThrow(() -> unclear("there is no file " + file));
    return TimelineHistory.parse(timeline, new String(content, StandardCharsets.UTF_8)).begin();
  }

  /** Without a promotion the server names the last record by its start. */
  private Lsn endAfterLastReplayed() {
    Lsn start =
        said.stoppedAfter().orElseThrow(() -> unclear("the server named no record it stopped at"));
    return start.equals(expected.lastStart()) ? expected.lastEnd() : start;
  }

  private Failure unclear(String why) {
    return new Failure(
        ErrorCode.NOT_REACHED,
        "what the server recovered to cannot be told: " + why,
        "do not use " + directory + "; look at " + log);
  }

  /** PostgreSQL does so where it cannot answer queries to pause ({@code recoveryPausesHere}). */
  private Failure promoted() {
    return new Failure(
        ErrorCode.RECOVERY_FAILED,
        "the server in "
            + directory
            + " was promoted at the target; asked for was "
            + expected.action().word(),
        "restore with --action promote, or to a later moment");
  }

  private Failure died() {
    List<String> causes = said.severe();
    String words = causes.isEmpty() ? String.join("\n", said.last()) : String.join("; ", causes);
    String status = process.status().map(s -> " with status " + s).orElse("");
    return new Failure(
        ErrorCode.RECOVERY_FAILED,
        "the server in " + directory + " ended" + status + " before the target: " + words,
        RecoveryAdvice.on(words, log));
  }

  /** Ends the server, with a checkpoint where it can. */
  public void stop() {
    process.stop();
  }

  /** Lets go of the log; the server goes on. */
  @Override
  public void close() {
    LocalFiles.attempt(
        "closing",
        log,
        () -> {
          tail.close();
          return log;
        });
  }

  /** Settings under which the server can be followed, whatever its configuration says. */
  static Map<String, String> settingsToFollow(Path directory) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("data_directory", directory.toString());
    settings.put("logging_collector", "off");
    settings.put("log_destination", "stderr");
    settings.put("log_min_messages", "warning");
    settings.put("log_error_verbosity", "default");
    settings.put("log_line_prefix", "%m [%p] ");
    settings.put("log_startup_progress_interval", "1s");
    settings.put("lc_messages", "C");
    return settings;
  }
}
