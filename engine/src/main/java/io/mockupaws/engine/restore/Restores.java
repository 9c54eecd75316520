package io.mockupaws.engine.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.Salvages;
import io.mockupaws.engine.journal.Unshipped;
import io.mockupaws.engine.objective.Measurements;
import io.mockupaws.engine.repository.ClusterRepository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Restores a cluster from its repository: first the plan, which changes nothing and refuses what
 * cannot be done; then the directory; then, where wanted, the server.
 */
public final class Restores {
  /** Longer than a stream needs that was just told to end. */
  private static final Duration LEASE_WAIT = Duration.ofSeconds(5);

  private final ClusterRepository repository;
  private final Journal journal;
  private final InstantSource clock;
  private final Optional<Salvages> salvages;
  private final Optional<WalSource> source;
  private final Optional<Keeping> keeping;

  /** Where what was measured is kept. */
  private record Keeping(Measurements measurements, RandomGenerator random) {}

  /** Restores into directories that are empty or not there yet. */
  public Restores(ClusterRepository repository, InstantSource clock) {
    this(repository, clock, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /**
   * Restores into directories that may hold something.
   *
   * @param salvages save the WAL that such a directory alone has
   */
  public Restores(ClusterRepository repository, InstantSource clock, Salvages salvages) {
    this(repository, clock, Optional.of(salvages), Optional.empty(), Optional.empty());
  }

  private Restores(
      ClusterRepository repository,
      InstantSource clock,
      Optional<Salvages> salvages,
      Optional<WalSource> source,
      Optional<Keeping> keeping) {
    this.repository = repository;
    this.journal = new Journal(repository);
    this.clock = clock;
    this.salvages = salvages;
    this.source = source;
    this.keeping = keeping;
  }

  /** The same with WAL that lies beside the repository; it was taken already. */
  public Restores with(WalSource beside) {
    return new Restores(beside.joined(), clock, salvages, Optional.of(beside), keeping);
  }

  /** The same; what a recovery took is kept in the repository, for those who plan the next one. */
  public Restores measuring(RandomGenerator random) {
    Keeping kept = new Keeping(new Measurements(repository), random);
    return new Restores(repository, clock, salvages, source, Optional.of(kept));
  }

  /**
   * What a restore would do.
   *
   * @throws Failure TARGET_NOT_EMPTY, TARGET_UNSAFE, TARGET_RUNNING, TARGET_FOREIGN,
   *     TARGET_OUTSIDE_WINDOW, TARGET_IN_HOLE, NO_BACKUP, UNKNOWN_BACKUP, NO_BINARIES,
   *     RUNNING_AS_ROOT, DISK_FULL
   */
  public RestorePlan plan(RestoreRequest request) {
    Map<Path, String> used = source.map(WalSource::places).orElse(Map.of());
    return new Planner(repository, journal, new Occupants(repository, salvages, used))
        .plan(request);
  }

  /**
   * The data directory of the server that was backed up, as it is named there.
   *
   * @param backup empty: of the newest backup
   * @throws Failure NO_BACKUP
   */
  public Path sourceDirectory(Optional<BackupId> backup) {
    BackupId id =
        backup
            .or(() -> repository.backupIds().stream().reduce((earlier, later) -> later))
            .orElseThrow(
                () ->
                    new Failure(
                        ErrorCode.NO_BACKUP,
                        "the repository has no backup of this cluster",
                        "take a backup with: mockupaws backup"));
    ManifestHead head = repository.manifest(id).head();
    return Path.of(head.dataDirectory());
  }

  /**
   * Compares a target with the plan's backup, byte by byte; changes nothing.
   *
   * @return empty where the plan keeps nothing of what is there
   */
  public Optional<Comparison> compare(RestorePlan plan, Cancel cancel) {
    boolean delta =
        plan.existing().filter(found -> found.treatment() == Occupied.DELTA).isPresent();
    return delta ? Optional.of(Comparison.of(repository, plan, cancel)) : Optional.empty();
  }

  /**
   * Does what the plan says. WAL that the target alone has comes into the repository first, and the
   * plan is made anew with it: the result tells the one that was followed. Until the last step the
   * directory has no control file, so a restore that breaks off leaves nothing that could be
   * started by mistake.
   *
   * @throws Failure DAMAGED_OBJECT, OBJECT_MISSING, WAL_HOLE, WAL_DAMAGED, DISK_FULL,
   *     RECOVERY_FAILED, NOT_REACHED, RESTORE_INTERRUPTED, TARGET_RUNNING, LEASE_HELD
   */
  public RestoreResult run(RestorePlan plan, RestoreListener listener, Cancel cancel) {
    Optional<RestoreResult.Rescue> rescue = rescue(plan);
    boolean saved = rescue.filter(done -> done.failed().isEmpty()).isPresent();
    Restores anew = saved ? seenAnew(plan.request(), cancel) : this;
    RestorePlan ready = saved ? anew.plan(plan.request()) : plan;
    try {
      RestoreResult result = anew.restore(ready, listener, cancel);
      return rescue.map(result::with).orElse(result);
    } catch (Failure e) {
      throw withWayBack(ready, e);
    }
  }

  /** What was saved is held against what lies beside the repository, as all of it was before. */
  private Restores seenAnew(RestoreRequest request, Cancel cancel) {
    source.ifPresent(beside -> beside.take(request, cancel, (_, _) -> {}));
    return new Restores(repository, clock, salvages, source, keeping);
  }

  /**
   * Refuses a directory in which a server runs.
   *
   * @throws Failure TARGET_RUNNING
   */
  public static void requireIdle(Path directory) {
    RunningServers.HOST.requireNone(directory);
  }

  private RestoreResult restore(RestorePlan plan, RestoreListener listener, Cancel cancel) {
    RestoredDirectory directory =
        new RestoreRun(repository, journal, plan, listener, cancel, clock).write();
    RestoreResult restored = RestoreResult.of(plan, directory);
    if (!plan.request().start()) {
      return restored;
    }
    return measured(new Recovery(plan, directory, clock).follow(restored, listener, cancel));
  }

  /** The server is there: that what it took cannot be written down is worth a note. */
  private RestoreResult measured(RestoreResult result) {
    if (keeping.isEmpty()) {
      return result;
    }
    try {
      result
          .measurement()
          .ifPresent(m -> keeping.get().measurements().keep(m, keeping.get().random()));
      return result;
    } catch (Failure e) {
      return result.withNote("the time it took is not kept in the repository: " + e.what());
    }
  }

  /** Where the repository cannot be written to, the WAL is kept beside the target instead. */
  private Optional<RestoreResult.Rescue> rescue(RestorePlan plan) {
    Optional<Unshipped> unshipped =
        plan.existing().flatMap(Existing::unshipped).filter(wal -> !wal.isEmpty());
    if (unshipped.isEmpty()) {
      return Optional.empty();
    }
    Unshipped wal = unshipped.get();
    RunningServers.HOST.requireNone(plan.directory());
    try {
      salvages.orElseThrow().save(wal, LEASE_WAIT);
      return Optional.of(new RestoreResult.Rescue(wal, Optional.empty()));
    } catch (Failure e) {
      if (!isStores(e.code())) {
        throw e;
      }
      return Optional.of(new RestoreResult.Rescue(wal, Optional.of(e.what())));
    }
  }

  private static boolean isStores(ErrorCode code) {
    return switch (code) {
      case STORE_UNREACHABLE,
          STORE_CREDENTIALS,
          STORE_DENIED,
          STORE_FULL,
          STORE_CONFLICT,
          WAL_NOT_DURABLE ->
          true;
      default -> false;
    };
  }

  /** What was moved aside is named also where the restore breaks off: nobody else knows of it. */
  private static Failure withWayBack(RestorePlan plan, Failure e) {
    Optional<String> directory =
        plan.existing()
            .flatMap(Existing::aside)
            .filter(Files::isDirectory)
            .map(
                old ->
                    "; the old directory is "
                        + old
                        + ": to have it back, remove "
                        + plan.directory()
                        + " and rename it");
    Optional<String> wal =
        Optional.of(Clearing.keptWal(plan.directory(), plan.request()))
            .filter(Files::isDirectory)
            .map(
                kept ->
                    "; the old server's WAL that the repository does not have is kept in "
                        + kept
                        + ": once the repository can be written and has what lies before it,"
                        + " mockupaws wal salvage --from it");
    String ways = directory.orElse("") + wal.orElse("");
    return ways.isEmpty() ? e : new Failure(e.code(), e.what(), e.nextStep() + ways, e);
  }
}
