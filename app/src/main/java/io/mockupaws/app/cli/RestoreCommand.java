package io.mockupaws.app.cli;

import io.mockupaws.app.checklist.Checked;
import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.Need;
import io.mockupaws.app.config.Problems;
import io.mockupaws.app.config.Rate;
import io.mockupaws.app.config.ServerUrl;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.engine.journal.TargetRequest;
import io.mockupaws.engine.restore.Cancel;
import io.mockupaws.engine.restore.Occupied;
import io.mockupaws.engine.restore.Placement;
import io.mockupaws.engine.restore.RestorePlan;
import io.mockupaws.engine.restore.RestoreRequest;
import io.mockupaws.engine.restore.RestoreResult;
import io.mockupaws.engine.restore.Restores;
import io.mockupaws.engine.restore.TargetAction;
import io.mockupaws.engine.restore.TimelineChoice;
import io.mockupaws.engine.thaw.Frozen;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings a cluster back, to the moment asked for. */
@Command(
    name = "restore",
    description = {
      "Brings the cluster back into a directory, or one database of it into a server that runs, to"
          + " the newest moment or the one asked for. The plan is made and checked before a byte is"
          + " written. A directory needs no server, only the repository's address and key.",
      "A restored server is a safe copy: no archiving, no replication, on localhost, with a history"
          + " of its own."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mockupaws restore --to-dir /srv/pg --dry-run",
      "  mockupaws restore --to-dir /srv/pg --verify-first --skip space",
      "  mockupaws restore --to-dir /srv/pg --start",
      "  mockupaws restore --to-dir /srv/pg --start \\",
      "      --target-time '2026-04-07 14:30:00 Europe/Berlin'",
      "  mockupaws restore --to-dir /srv/pg --start \\",
      "      --target-xid 48211 --exclusive --action pause",
      "  mockupaws restore --to-dir /srv/pg --target-name before_release",
      "  mockupaws restore --to-dir /srv/pg --start --before 1-0/401CC18-1   # of history",
      "  mockupaws restore 20260407T120000Z-full-1a2b --to-dir /srv/pg",
      "  mockupaws restore --to-dir /var/lib/postgresql/15/main --delta --dry-run",
      "  mockupaws restore --in-place --keep-settings",
      "  mockupaws restore 20250101T020000Z-full-1a2b --to-dir /srv/pg --thaw=bulk",
      "  mockupaws restore --to-dir /srv/pg --start --wal-source s3://bucket/wal",
      "  mockupaws restore --to-database '$${DATABASE_URL}' --replace \\",
      "      --target-time '2026-04-07 14:30:00'",
      "  mockupaws restore latest --to-database '$${DATABASE_URL}' --replace",
      "  mockupaws restore /mnt/shop_full_20260407_120000.sql.gz.enc --verify-only",
      "  mockupaws restore s3://bucket/backups/full/20260407/\\",
      "shop_full_20260407_120000.sql.gz.enc --to-database '$${DATABASE_URL}'",
      "  mockupaws restore --database shop \\",
      "      --to-database postgresql://admin@db:5432/shop_yesterday"
    })
final class RestoreCommand implements AnsweringOperation {
  private final Session session;

  @Parameters(
      paramLabel = "BACKUP|latest|FILE|s3://...",
      arity = "0..1",
      description =
          "the backup to begin with; without a target, to its end (default: latest, the best one"
              + " for the target; into a database and without a target, its newest dump where there"
              + " is one). Or a dump: its name in the repository, a file, or an address")
  private String backup = "latest";

  @Option(
      names = "--to-dir",
      paramLabel = "DIR",
      description = "where to: a directory that is empty or not there yet")
  private Optional<Path> directory = Optional.empty();

  @Option(
      names = "--in-place",
      description =
          "to the server's own data directory; the one that is there is renamed to"
              + " DIR_before_TIME")
  private boolean inPlace;

  @Option(
      names = "--delta",
      description =
          "the directory holds this cluster, crashed or damaged: its WAL is saved first, then only"
              + " what differs is written")
  private boolean delta;

  @Option(names = "--force", description = "everything that is in the directory is removed first")
  private boolean force;

  @Option(
      names = "--tablespace",
      paramLabel = "NAME=DIR",
      description =
          "where a tablespace goes, by its name, OID or location; again for each (default: inside"
              + " the directory)")
  private Map<String, Path> tablespaces = Map.of();

  @Option(
      names = "--wal-dir",
      paramLabel = "DIR",
      description = "where pg_wal goes, behind a link (default: inside the directory)")
  private Optional<Path> walDirectory = Optional.empty();

  @Mixin private DatabaseOptions database = new DatabaseOptions();

  @Mixin private DumpOptions dump = new DumpOptions();

  @Mixin private CheckOptions checks = new CheckOptions();

  @Mixin private ThawOption thaw = new ThawOption();

  @Mixin private WalSourceOption walSource = new WalSourceOption();

  @Mixin private TargetOptions target = new TargetOptions();

  @Option(
      names = "--timeline",
      paramLabel = "latest|current|N",
      description = "which branch of the history (default: latest)")
  private String timeline = "latest";

  @Option(
      names = "--action",
      paramLabel = "promote|pause|shutdown",
      description =
          "at the target: take writes, wait and answer queries, or end (default: promote)")
  private TargetAction action = TargetAction.PROMOTE;

  @Option(names = "--start", description = "start the server and follow it to the target")
  private boolean start;

  @Option(names = "--port", paramLabel = "P", description = "its port (default: a free one)")
  private Optional<Integer> port = Optional.empty();

  @Option(
      names = "--user",
      paramLabel = "U",
      description = "as whom it runs, when this is root (default: the data's owner, postgres)")
  private Optional<String> user = Optional.empty();

  @Option(
      names = "--pg-bin",
      paramLabel = "DIR",
      description = "PostgreSQL's programs (default: $PATH and the usual places)")
  private Optional<Path> binaries = Optional.empty();

  @Option(
      names = "--keep-settings",
      description = "keep the source's settings: archiving, replication, addresses")
  private boolean keepSettings;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description =
          "reads of the repository at once, 1 to 256 (default: 8); of a dump: connections that"
              + " restore at once, from a file in --temp-dir (default: 1, from a pipe)")
  private Optional<Integer> jobs = Optional.empty();

  @Option(
      names = "--max-rate",
      paramLabel = "RATE",
      description =
          "at most so many bytes of packs are read a second, such as 50MiB; WAL is never held back")
  private Optional<Rate> maxRate = Optional.empty();

  @Option(names = "--dry-run", description = "show the plan, change nothing")
  private boolean dryRun;

  RestoreCommand(Session session) {
    this.session = session;
  }

  @Override
  public Answer run() {
    requirePlace();
    Instant asked = session.now();
    Problems problems = new Problems();
    session.limit(maxRate);
    Config config =
        DumpOptions.isElsewhere(backup)
            ? session.config(problems)
            : session.config(problems, Need.REPOSITORY, Need.KEY);
    boolean intoDirectory = directory.isPresent() || inPlace;
    dump.check(backup, database.isChosen(), intoDirectory, namesMoment(), problems);
    checks.check(problems);
    if (dump.verifyOnly) {
      checks.refuse("--verify-only", problems);
    } else {
      database.check(intoDirectory, walSource.address.isPresent(), problems);
    }
    RestoreRequest wanted = request(asked, problems);
    Optional<ServerUrl> url = database.url.map(text -> session.expanded(text, problems));
    if (url.isPresent()) {
      DatabaseRestore.refuse(start, keepSettings, action == TargetAction.PROMOTE, problems);
    }
    problems.throwIfAny();
    DumpRestore.How how =
        new DumpRestore.How(
            url, jobs.map(OptionalInt::of).orElse(OptionalInt.empty()), binaries, asked, dryRun);
    DumpRestore dumps = new DumpRestore(session, config, database, dump, checks, thaw, how);
    if (DumpOptions.isElsewhere(backup)) {
      return dumps.elsewhere(backup);
    }
    try (OpenCluster open = session.openCluster(config)) {
      if (DumpOptions.isDump(backup)) {
        return dumps.named(open, backup);
      }
      if (dump.verifyOnly || (url.isPresent() && backup.equals("latest") && !namesMoment())) {
        Optional<Answer> newest = dumps.newest(open);
        if (newest.isPresent()) {
          return newest.get();
        }
      }
      RestoreRequest moment = named(open, EventTarget.resolved(open, target.before(), wanted));
      RestoreRequest placed = placed(restores(config, open), moment);
      try (WalSourceOption.Beside beside =
          walSource.open(session, config, open, placed, database.temporaryFolder())) {
        return url.isPresent()
            ? new DatabaseRestore(session, database, thaw, url.get(), requested())
                .run(beside, placed::into, before(config), open, dryRun)
            : intoDirectory(
                beside.with(restores(config, open)), beside, placed, before(config), open);
      }
    }
  }

  /** Whether a moment is named, or something of which only a physical backup knows. */
  private boolean namesMoment() {
    return target.said().isPresent() || !timeline.equals("latest") || walSource.address.isPresent();
  }

  private RestoreRequest placed(Restores restores, RestoreRequest wanted) {
    if (database.isChosen()) {
      return wanted;
    }
    return wanted.into(directory.orElseGet(() -> restores.sourceDirectory(wanted.backup())));
  }

  private BeforeRestore before(Config config) {
    return new BeforeRestore(session, config, checks, dryRun);
  }

  private Answer intoDirectory(
      Restores restores,
      WalSourceOption.Beside beside,
      RestoreRequest wanted,
      BeforeRestore before,
      OpenCluster open) {
    RestorePlan plan = restores.plan(wanted);
    List<Frozen> frozen = ThawOption.look(session, open.cluster(), plan.backup().id());
    if (dryRun) {
      return planned(restores, beside, plan, thaw.answer(frozen), before, open);
    }
    if (!frozen.isEmpty()) {
      thaw.demandWish(frozen);
      before.room(plan);
    }
    for (int round = 0; round < ThawOption.ROUNDS && thaw.thaw(session, frozen); round++) {
      plan = restores.plan(wanted);
      frozen = ThawOption.look(session, open.cluster(), plan.backup().id());
    }
    BeforeRestore.Ready<RestorePlan> ready =
        before.directory(
            open.repository(),
            beside.cluster(),
            plan,
            answer(beside, plan).headline(),
            read -> again(restores, wanted, read));
    RestoreResult result = run(restores, ready.plan());
    return new RestoreAnswer(
        answer(beside, result.plan()), ready.checklist(), Optional.of(RestoreDone.of(result)));
  }

  /** Up to the newest moment that can be had by now, from the backup that was read. */
  private static RestorePlan again(Restores restores, RestoreRequest wanted, RestorePlan read) {
    BackupId backup = read.backup().id();
    RestorePlan anew = restores.plan(wanted);
    return anew.backup().id().equals(backup) ? anew : restores.plan(wanted.withBackup(backup));
  }

  private Answer planned(
      Restores restores,
      WalSourceOption.Beside beside,
      RestorePlan plan,
      Optional<FrozenAnswer> frozen,
      BeforeRestore before,
      OpenCluster open) {
    PlanAnswer answer = answer(beside, plan).frozen(frozen);
    // Neither the bytes that are there nor the backup's can be read while it is frozen.
    PlanAnswer compared =
        frozen.isPresent() ? answer : answer.with(restores.compare(plan, new Cancel()));
    List<Checked> checklist =
        before
            .directory(
                open.repository(),
                beside.cluster(),
                plan,
                answer.headline(),
                UnaryOperator.identity())
            .checklist();
    return new RestoreAnswer(compared, checklist, Optional.empty());
  }

  private PlanAnswer answer(WalSourceOption.Beside beside, RestorePlan plan) {
    return PlanAnswer.of(beside.cluster(), plan, requested(), session.now())
        .beside(beside.answer());
  }

  private Restores restores(Config config, OpenCluster open) {
    return new Restores(
            open.cluster(),
            session.parts().clock(),
            StreamSetting.salvages(session.parts(), config, open))
        .measuring(session.parts().random());
  }

  /** The same wish with the backup that is named. */
  private RestoreRequest named(OpenCluster open, RestoreRequest wanted) {
    return backup.equals("latest")
        ? wanted
        : wanted.withBackup(ShowCommand.find(open.cluster(), backup));
  }

  private RestoreResult run(Restores restores, RestorePlan plan) {
    Cancel cancel = new Cancel();
    session.parts().stop().watch(cancel::ask);
    try (ProgressLine progress = session.progress()) {
      return restores.run(plan, new RestoreProgressLine(progress), cancel);
    }
  }

  private RestoreRequest request(Instant asked, Problems problems) {
    if (jobs.filter(n -> n < 1 || n > 256).isPresent()) {
      problems.wrong("--jobs", "expected a number from 1 to 256");
    }
    if (port.filter(p -> p < 1 || p > 65_535).isPresent()) {
      problems.wrong("--port", "expected a number from 1 to 65535");
    }
    if (target.before().isPresent() && timeline.equals("current")) {
      problems.wrong("--timeline", "an event is looked for on the way to latest or to a number");
    }
    if (port.isPresent() && !start) {
      problems.wrong("--port", "means nothing without --start");
    }
    Optional<TimelineChoice> choice = timelineChoice(problems);
    TargetRequest otherwise =
        backup.equals("latest") ? new TargetRequest.Latest() : new TargetRequest.BackupEnd();
    TargetRequest moment = target.request(otherwise, problems);
    return new RestoreRequest(
        directory.orElse(Path.of("")),
        asked,
        Optional.empty(),
        moment,
        choice.orElse(new TimelineChoice.Latest()),
        action,
        keepSettings,
        start,
        port.isPresent() ? OptionalInt.of(port.get()) : OptionalInt.empty(),
        user,
        binaries,
        Math.clamp(jobs.orElse(RestoreRequest.DEFAULT_JOBS), 1, 256),
        new Placement(occupied(), tablespaces, walDirectory));
  }

  private void requirePlace() {
    if (directory.isPresent() && inPlace) {
      throw usage("expected either --to-dir DIR or --in-place");
    }
    if (database.isChosen()
        && (delta || force || !tablespaces.isEmpty() || walDirectory.isPresent())) {
      throw usage("--to-database goes without --delta, --force, --tablespace and --wal-dir");
    }
    if ((delta ? 1 : 0) + (force ? 1 : 0) + (inPlace ? 1 : 0) > 1) {
      throw usage("only one of --delta, --force and --in-place is possible");
    }
  }

  private static Failure usage(String what) {
    return new Failure(ErrorCode.USAGE, what, "see mockupaws restore --help");
  }

  private Occupied occupied() {
    if (inPlace) {
      return Occupied.IN_PLACE;
    }
    if (delta) {
      return Occupied.DELTA;
    }
    return force ? Occupied.FORCE : Occupied.REFUSED;
  }

  private Optional<TimelineChoice> timelineChoice(Problems problems) {
    return switch (timeline) {
      case "latest" -> Optional.of(new TimelineChoice.Latest());
      case "current" -> Optional.of(new TimelineChoice.Current());
      default -> numbered(problems);
    };
  }

  private Optional<TimelineChoice> numbered(Problems problems) {
    try {
      int number = Integer.parseUnsignedInt(timeline);
      return Optional.of(new TimelineChoice.Numbered(new io.mockupaws.core.pg.Timeline(number)));
    } catch (IllegalArgumentException e) {
      problems.wrong("--timeline", "expected latest, current or a number");
      return Optional.empty();
    }
  }

  private String requested() {
    return target.said().orElse(backup.equals("latest") ? "latest" : "end of " + backup);
  }
}
