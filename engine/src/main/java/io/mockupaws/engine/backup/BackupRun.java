package io.mockupaws.engine.backup;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.BackupKind;
import io.mockupaws.core.format.BackupNote;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.format.ManifestLog;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.core.pg.ControlFile;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.engine.backup.BackupProgress.Phase;
import io.mockupaws.engine.cluster.ServerFacts;
import io.mockupaws.engine.cluster.ServerRights;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.PackSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/** One attempt at a backup, from the server's checkpoint to the manifest. */
final class BackupRun {
  private final ClusterRepository repository;
  private final BackupRequest request;
  private final Server server;
  private final FileSource source;
  private final Watch watch;
  private final List<ManifestHead> bases;
  private Optional<Reuse> reused = Optional.empty();
  private final Counters counters = new Counters();
  private final SuspectPages suspects = new SuspectPages();
  private final ManifestLog log = new ManifestLog();
  private Optional<NoteKeeper> notes = Optional.empty();
  private TakenOver takenOver = new TakenOver(List.of(), 0, 0, List.of());
  private final List<String> warnings = Collections.synchronizedList(new ArrayList<>());
  private final BaseLoading loading;
  private final CopyCrew crew;

  /** The server and the session that holds it in backup mode. */
  record Server(ServerSession session, ServerFacts facts, ServerRights rights) {}

  BackupRun(
      ClusterRepository repository,
      BackupRequest request,
      Server server,
      FileSource source,
      Watch watch,
      List<ManifestHead> bases) {
    this.repository = repository;
    this.request = request;
    this.server = server;
    this.source = source;
    this.watch = watch;
    this.bases = List.copyOf(bases);
    this.loading =
        new BaseLoading(repository, server.facts(), bases, request.kind(), counters, watch);
    this.crew =
        new CopyCrew(
            request.connections(), server.facts(), source, log, counters, suspects, warnings::add);
  }

  BackupResult run(DurableWal wal, RandomGenerator random, List<String> earlierWarnings) {
    warnings.addAll(earlierWarnings);
    Instant startedAt = serverTime();
    BackupId id = BackupId.of(startedAt, kind(), random);
    PackSet packs = repository.newPacks(id, request.packBytes());
    try (log) {
      Ready ready = prepare(id, startedAt, packs, wal);
      commit(ready);
      forgetAll();
      return result(ready);
    }
  }

  private BackupKind kind() {
    return bases.isEmpty() ? BackupKind.FULL : BackupKind.INCREMENTAL;
  }

  /** A backup of which only the manifest is missing. */
  private record Ready(ManifestHead head, List<PackTable> packs, Damage damage) {}

  /** When this fails, nothing stays behind but what a later backup may take over. */
  private Ready prepare(BackupId id, Instant startedAt, PackSet packs, DurableWal wal) {
    try {
      BackupSession backup = new BackupSession(server.session(), server.facts());
      Leftovers leftovers = leftovers();
      Optional<Base> ahead = loading.ahead();
      watch.enter(Phase.BEGINNING, 0, 0);
      Lsn start = begin(backup, id);
      notes = Optional.of(keeper(id, start));
      Optional<Reuse> reuse = ahead.map(base -> reuse(base, start, backup));
      reused = reuse;
      removeChanged(leftovers, start, backup);
      Listing listing = list(backup);
      Takeover takeover = new Takeover(listing);
      takeover.enter(leftovers, packs, log);
      takenOver = takeover.result(leftovers.reasons());
      watch.takenOver(takenOver.bytes());
      counters.done(takenOver.bytes());
      crew.copy(
          new CopyCrew.Work(listing, takeover, reuse, packs, notes.orElseThrow()),
          watch,
          backup::demandHeld);
      ControlFile control = copyLast(packs, startedAt);
      BackupSession.End end = backup.stop();
      end.label().demandOneTimeline(control.minRecoveryTimeline());
      demandSameWay(reuse, end);
      awaitWal(wal, BackupSpan.of(end, control));
      Damage damage = Damage.of(suspects, end.label().start(), end.stop(), server.session());
      warnings.addAll(damage.warnings());
      ManifestHead head =
          new Outcome(id, kind(), repository.identity().name(), startedAt, server.facts(), end)
              .head(source.mode(), log, packs.sealedBytes(), damage.pages());
      watch.enter(Phase.COMMITTING, counters.bytes(), counters.bytes());
      watch.demandLease();
      return new Ready(head, packs.finish(), damage);
    } catch (RuntimeException e) {
      throw abandoned(packs, brokenOff(e));
    }
  }

  private Leftovers leftovers() {
    return request.resume() ? Leftovers.find(repository.notes(), server.facts()) : new Leftovers();
  }

  /** What the earlier backup has that did not change up to the start of this one. */
  private Reuse reuse(Base ahead, Lsn start, BackupSession backup) {
    return Reuse.of(loading.upTo(ahead, start, backup::demandHeld), server.facts());
  }

  private NoteKeeper keeper(BackupId id, Lsn start) {
    ServerFacts facts = server.facts();
    return new NoteKeeper(
        repository.notes(),
        new BackupNote.Attempt(
            id,
            facts.systemIdentifier(),
            facts.timeline(),
            start,
            facts.postmasterStarted(),
            facts.version(),
            facts.blockSize(),
            facts.dataChecksums(),
            facts.inRecovery()),
        suspects,
        warnings::add);
  }

  private void removeChanged(Leftovers leftovers, Lsn start, BackupSession backup) {
    ServerFacts facts = server.facts();
    ChangedSince changed =
        new ChangedSince(new Journal(repository), facts.timeline(), facts.blocksPerFile());
    Crew.run(
        "backup-resume",
        () -> {
          changed.remove(leftovers, start, counters::isStopped);
          return true;
        },
        () -> watch.tick(0, 0, backup::demandHeld),
        counters::stop);
  }

  /** A server that went away under way is told as what it is for the backup. */
  private static RuntimeException brokenOff(RuntimeException cause) {
    return cause instanceof Failure failure && failure.code() == ErrorCode.SERVER_UNREACHABLE
        ? new Failure(
            ErrorCode.BACKUP_INTERRUPTED,
            "the backup broke off: " + failure.what(),
            "take it again when the server can be reached; nothing of this one is visible",
            failure)
        : cause;
  }

  private Instant serverTime() {
    return server
        .session()
        .one(
            "asking for the time",
            "SELECT clock_timestamp()",
            row -> row.getTimestamp(1).toInstant());
  }

  /** Waits for the checkpoint; cut off, the session ends and so does backup mode. */
  private Lsn begin(BackupSession backup, BackupId id) {
    return Crew.run(
        "backup-start",
        () -> backup.start("mockupaws " + id, request.fastCheckpoint()),
        () -> watch.tick(0, 0, () -> {}),
        server.session()::abort);
  }

  private Listing list(BackupSession backup) {
    watch.enter(Phase.LISTING, 0, 0);
    Listing listing =
        Crew.run(
            "backup-list",
            () -> source.list(Exclusions.of(server.facts())),
            () -> watch.tick(0, 0, backup::demandHeld),
            source::close);
    listing.directories().forEach(log::add);
    return listing;
  }

  /** What lies elsewhere, and what must be read after everything else. */
  private ControlFile copyLast(PackSet packs, Instant time) {
    LastFiles.Copied last = new LastFiles(server, source, log).copy(packs, time);
    warnings.addAll(last.warnings());
    return last.control();
  }

  /**
   * What is used of earlier backups was chosen by the timeline that the server was on before its
   * checkpoint, which on a standby may be the one that its primary has left.
   */
  private void demandSameWay(Optional<Reuse> reuse, BackupSession.End end) {
    if (reuse.isPresent() || takenOver.files() > 0) {
      end.label().demandSameWay(server.facts().timeline(), server.facts().inRecovery());
    }
  }

  private void awaitWal(DurableWal wal, BackupSpan backup) {
    long bytes = counters.bytes();
    watch.enter(Phase.AWAITING_WAL, bytes, bytes);
    while (!wal.isDurable(backup)) {
      watch.tick(bytes, bytes, () -> {});
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  /**
   * From here on no pack is removed, whatever happens: a store that failed may have made the
   * manifest, or make it yet.
   */
  private void commit(Ready ready) {
    try {
      repository.commit(ready.head(), ready.packs(), log);
    } catch (RuntimeException e) {
      if (!isThere(ready.head().id(), e)) {
        throw e;
      }
      warnings.add("the store reported a failure, but the backup is there: " + e.getMessage());
    }
  }

  private boolean isThere(BackupId id, RuntimeException cause) {
    try {
      return repository.writtenBackups().contains(id);
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
      return false;
    }
  }

  private BackupResult result(Ready ready) {
    ManifestHead head = ready.head();
    return new BackupResult(
        head.id(),
        reused.map(reuse -> reuse.base().head().id()),
        source.mode(),
        head.timeline(),
        head.start(),
        head.stop(),
        head.files(),
        head.bytes(),
        counters.readBytes(),
        head.sealedBytes(),
        watch.elapsed(),
        ready.damage().pages(),
        ready.damage().count(),
        takenOver,
        List.copyOf(warnings));
  }

  /** Keeps what is of use to a later backup, and says so; else removes what was written. */
  private RuntimeException abandoned(PackSet packs, RuntimeException cause) {
    if (notes.isPresent() && notes.get().isOfUse(cause) && cause instanceof Failure failure) {
      return new Failure(
          failure.code(),
          failure.what(),
          failure.nextStep()
              + "; of what was stored, files of "
              + notes.get().noted()
              + " bytes are used then where they have not changed",
          failure);
    }
    try {
      notes.ifPresent(NoteKeeper::forget);
      packs.discard();
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
    return cause;
  }

  /** With this backup all earlier attempts have become useless, and its own notes too. */
  private void forgetAll() {
    try {
      repository.notes().deleteAll();
    } catch (Failure e) {
      warnings.add("notes of broken-off backups are left: " + e.what());
    }
  }
}
