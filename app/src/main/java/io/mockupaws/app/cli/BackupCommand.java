package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Need;
import io.mockupaws.app.config.Problems;
import io.mockupaws.app.config.Rate;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.backup.BackupRequest;
import io.mockupaws.engine.backup.BackupResult;
import io.mockupaws.engine.backup.Backups;
import io.mockupaws.engine.backup.JournalWal;
import io.mockupaws.engine.consolidation.Consolidated;
import io.mockupaws.engine.consolidation.Consolidations;
import io.mockupaws.engine.repository.PackSet;
import io.mockupaws.engine.task.RunOutcome;
import io.mockupaws.engine.task.Scope;
import io.mockupaws.engine.task.Task;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Takes a backup: of the whole cluster, or of single databases. */
@Command(
    name = "backup",
    description = {
      "Takes a backup of the running cluster: over SQL, or directly where the data directory"
          + " can be read on this host. Where there is an earlier backup to build on, only what"
          + " has changed since is read; each backup is complete by itself for a restore. Page"
          + " checksums are verified. A backup that breaks off leaves nothing visible, and what it"
          + " stored is used by the next one.",
      "Without a running stream it brings the WAL it needs itself.",
      "With --kind logical single databases are dumped by pg_dump, compressed by all cores,"
          + " encrypted so that openssl opens them, and streamed into the repository with a sidecar"
          + " that proves them; roles and tablespaces come along.",
      "With --kind config the configuration files, with all that they include, roles and"
          + " tablespaces are stored as a version, unless the newest version says the same."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mockupaws backup",
      "  mockupaws backup --dry-run",
      "  mockupaws backup --kind full",
      "  mockupaws backup --max-rate 50MiB --max-read-rate 100MiB",
      "  mockupaws backup --kind logical",
      "  mockupaws backup --kind logical --all-databases",
      "  mockupaws backup --kind logical --database shop --schema app --dry-run",
      "  mockupaws backup --kind config --git /srv/configuration",
      "  mockupaws backup --cluster prod --output json"
    })
final class BackupCommand implements AnsweringOperation {
  private static final int DEFAULT_JOBS = 4;

  private final Session session;

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description =
          "auto, full, incremental, logical or config (default: auto, which is incremental where"
              + " there is a backup to build on, else full); logical: what pg_dump writes of one or"
              + " more databases; config: PostgreSQL's configuration files, roles and tablespaces")
  Kind kind = Kind.auto;

  @Option(
      names = "--read",
      paramLabel = "auto|sql|direct",
      description = "how files are read (default: auto: directly where that is possible)")
  private Optional<Reading> reading = Optional.empty();

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description = "files read at once, 1 to 64 (default: 4)")
  private Optional<Integer> jobs = Optional.empty();

  @Option(
      names = "--max-rate",
      paramLabel = "RATE",
      description =
          "at most so many bytes of packs are written a second, such as 50MiB; WAL is never held"
              + " back")
  private Optional<Rate> maxRate = Optional.empty();

  @Option(
      names = "--max-read-rate",
      paramLabel = "RATE",
      description = "at most so many bytes are read from the server a second, such as 100MiB")
  private Optional<Rate> maxReadRate = Optional.empty();

  @Option(
      names = "--no-resume",
      description =
          "read everything; without it, what a backup that broke off has stored is used where the"
              + " WAL shows that it has not changed")
  private boolean noResume;

  @Option(names = "--dry-run", description = "show what would be read, change nothing")
  private boolean dryRun;

  @Mixin private final AsOption as = new AsOption();

  @Mixin private final LogicalOptions logical = new LogicalOptions();

  @Option(
      names = "--git",
      paramLabel = "DIR",
      description =
          "--kind config: also commit the readable files, without secrets, to this git work tree;"
              + " nothing is pushed")
  private Optional<Path> git = Optional.empty();

  /** What this version takes. */
  enum Kind {
    auto,
    full,
    incremental,
    logical,
    config
  }

  private enum Reading {
    auto,
    sql,
    direct
  }

  BackupCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    Problems problems = new Problems();
    if (jobs.filter(n -> n < 1 || n > 64).isPresent()) {
      problems.wrong("--jobs", "expected a number from 1 to 64");
    }
    checkKind(problems);
    logical.check(kind == Kind.logical, problems);
    session.limit(maxRate);
    Config config = session.config(problems, as, Need.REPOSITORY, Need.SERVER, Need.KEY);
    problems.throwIfAny();
    if (kind == Kind.logical) {
      return new LogicalRun(session, config, logical).run(dryRun);
    }
    if (kind == Kind.config) {
      return new ConfigurationRun(session, config, git).run(dryRun);
    }
    try (OpenCluster open = openCluster(config)) {
      Backups backups =
          new Backups(
              open.cluster(),
              session.parts().address(config.server().orElseThrow()),
              session.parts().random());
      Optional<Rate> reading =
          maxReadRate.or(
              () -> config.clusterConfig(open.cluster().identity().name()).maxReadRate());
      BackupRequest request =
          new BackupRequest(
              engineKind(),
              engineReading(),
              jobs.orElse(DEFAULT_JOBS),
              perSecond(reading),
              true,
              !noResume,
              PackSet.DEFAULT_PACK_BYTES);
      return dryRun
          ? BackupPlanAnswer.of(
              open.cluster(), backups.plan(request), reading, config.repository().maxRate())
          : take(config, open, backups, request);
    }
  }

  private void checkKind(Problems problems) {
    boolean ofFiles =
        jobs.isPresent() || reading.isPresent() || maxReadRate.isPresent() || noResume;
    if (kind == Kind.logical && ofFiles) {
      problems.wrong(
          "--kind",
          "logical goes without --jobs, --read, --max-read-rate and --no-resume: pg_dump reads the"
              + " database");
    }
    if (kind == Kind.config && ofFiles) {
      problems.wrong(
          "--kind", "config goes without --jobs, --read, --max-read-rate and --no-resume");
    }
    if (kind != Kind.config && git.isPresent()) {
      problems.wrong("--git", "is for --kind config");
    }
  }

  private static OptionalLong perSecond(Optional<Rate> rate) {
    return rate.map(one -> OptionalLong.of(one.bytesPerSecond())).orElse(OptionalLong.empty());
  }

  /** A dry run enters nothing. */
  private OpenCluster openCluster(Config config) {
    return new UnrecordedRuns(session, config)
        .open(
            dryRun,
            Task.PHYSICAL,
            Scope.WHOLE,
            () -> dryRun ? session.openCluster(config) : session.openCluster(config, as));
  }

  private BackupRequest.Kind engineKind() {
    return switch (kind) {
      case auto -> BackupRequest.Kind.AUTO;
      case full -> BackupRequest.Kind.FULL;
      case incremental -> BackupRequest.Kind.INCREMENTAL;
      case logical, config -> throw new IllegalStateException("it is no physical backup");
    };
  }

  private BackupRequest.Reading engineReading() {
    return switch (reading.orElse(Reading.auto)) {
      case auto -> BackupRequest.Reading.AUTO;
      case sql -> BackupRequest.Reading.SQL;
      case direct -> BackupRequest.Reading.DIRECT;
    };
  }

  private Answer take(Config config, OpenCluster open, Backups backups, BackupRequest request) {
    AtomicBoolean cancelled = new AtomicBoolean();
    session.parts().stop().watch(() -> cancelled.set(true));
    return new Recorded(session, config, open)
        .run(
            Task.PHYSICAL,
            () -> take(config, open, backups, request, cancelled),
            taken -> RunOutcome.done(List.of(taken.id()), taken.storedBytes()));
  }

  private BackupTaken take(
      Config config,
      OpenCluster open,
      Backups backups,
      BackupRequest request,
      AtomicBoolean cancelled) {
    // A stream waits for its server; somebody who types this wants to know at once.
    backups.demandFit(request);
    NamesKept names =
        new NamesKept(session, open, session.parts().address(config.server().orElseThrow()));
    names.now();
    StreamSetting setting = new StreamSetting(session.parts(), config, open);
    try (ProgressLine line = session.progress();
        JournalWal wal =
            JournalWal.open(
                open.repository().id(),
                open.cluster(),
                setting.server(),
                setting.journal(),
                session.parts().clock(),
                cancelled::get)) {
      BackupResult result =
          backups.take(request, wal, new BackupProgressLine(line, cancelled::get));
      names.behindBackup();
      Optional<Consolidated> consolidated = consolidated(open, result, line, cancelled);
      return BackupTaken.of(open.cluster(), result, wal.isOwn(), consolidated);
    }
  }

  /** The backup is there: that it lies scattered is no reason to call it failed. */
  private Optional<Consolidated> consolidated(
      OpenCluster open, BackupResult result, ProgressLine line, AtomicBoolean cancelled) {
    try {
      line.phase("consolidating");
      return new Consolidations(open.cluster(), session.parts().clock(), session.parts().random())
          .whenDue(
              result.id(),
              (done, total) -> {
                line.bytes(done, OptionalLong.of(total));
                return !cancelled.get();
              });
    } catch (Failure e) {
      line.note("the backup is not consolidated: " + e.what());
      return Optional.empty();
    }
  }
}
