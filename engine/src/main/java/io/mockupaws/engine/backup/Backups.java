package io.mockupaws.engine.backup;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupKind;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.engine.backup.BackupProgress.Phase;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.cluster.ServerFacts;
import io.mockupaws.engine.cluster.ServerRights;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Lease;
import io.mockupaws.engine.repository.LeaseRole;
import io.mockupaws.store.Throttle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** Takes physical backups of one cluster. */
public final class Backups {
  /** How often a backup is taken anew because a database was created by file copy meanwhile. */
  private static final int TRIES = 3;

  /** Longer than a lease outlives a holder that died on another host. */
  private static final Duration LEASE_WAIT = Duration.ofSeconds(40);

  private final ClusterRepository repository;
  private final ServerAddress address;
  private final RandomGenerator random;

  /**
   * For one cluster.
   *
   * @param address of a server of the cluster: the primary or a standby
   */
  public Backups(ClusterRepository repository, ServerAddress address, RandomGenerator random) {
    this.repository = repository;
    this.address = address;
    this.random = random;
  }

  /**
   * What {@link #take} would do; writes nothing and does not put the server into backup mode.
   *
   * @throws Failure as {@link #take}
   */
  public BackupPlan plan(BackupRequest request) {
    try (ServerSession session = ServerSession.open(address)) {
      ServerFacts facts = ServerFacts.read(session);
      ServerRights rights = ServerRights.read(session);
      demandFit(session, facts, rights);
      Sources.Choice choice = Sources.choose(request.reading(), session, facts);
      try (FileSource source = choice.source()) {
        Listing listing = source.list(Exclusions.of(facts));
        Basis basis = wouldBuildOn(request, facts);
        PartPlan parts =
            basis.base().map(base -> parts(base, facts, listing)).orElseGet(PartPlan::none);
        boolean sameHost = source.mode() == ReadMode.DIRECT;
        ExternalFiles.External external =
            ExternalFiles.find(facts, new ServerConfiguration(session, rights, sameHost));
        return new BackupPlan(
            basis.base().isPresent() ? BackupKind.INCREMENTAL : BackupKind.FULL,
            basis.base().map(base -> base.head().id()),
            basis.reason(),
            source.mode(),
            choice.reason(),
            listing.files() + 1L + external.files().size(),
            listing.directories().size(),
            listing.bytes(),
            listing.bytes() - parts.savedBytes(),
            parts.unwatched(),
            basis.base().map(Base::walBytes).orElse(0L),
            request.connections(),
            facts.dataChecksums(),
            facts.inRecovery(),
            List.copyOf(external.files().keySet()),
            wouldTakeOver(request, facts, listing),
            external.warnings());
      }
    }
  }

  /** What an incremental backup would build on, or why it would be a full one. */
  private record Basis(Optional<Base> base, String reason) {}

  private Basis wouldBuildOn(BackupRequest request, ServerFacts facts) {
    if (request.kind() == BackupRequest.Kind.FULL) {
      return new Basis(Optional.empty(), "");
    }
    try {
      BaseFinder finder = new BaseFinder(repository, facts);
      BaseFinder.Choice choice = finder.choose(() -> true);
      if (request.kind() == BackupRequest.Kind.AUTO && choice.heads().isEmpty()) {
        return new Basis(Optional.empty(), choice.reason());
      }
      Base base =
          finder.load(choice.demand(), Optional.empty(), new MostWal(request.kind()), () -> false);
      base.demandWorth(request.kind());
      return new Basis(Optional.of(base), "");
    } catch (Failure e) {
      if (e.code() != ErrorCode.NO_BASE_BACKUP || request.kind() != BackupRequest.Kind.AUTO) {
        throw e;
      }
      return new Basis(Optional.empty(), e.what());
    }
  }

  private static PartPlan parts(Base base, ServerFacts facts, Listing listing) {
    return PartPlan.of(listing, Reuse.of(base, facts), file -> false, (listed, parts) -> {});
  }

  /** Going by sizes and times; what the WAL says of it is looked at when the backup has begun. */
  private TakenOver wouldTakeOver(BackupRequest request, ServerFacts facts, Listing listing) {
    if (!request.resume()) {
      return new TakenOver(List.of(), 0, 0, List.of());
    }
    Leftovers leftovers = Leftovers.find(repository.notes(), facts);
    TreeSet<String> backups = new TreeSet<>();
    long files = 0;
    long bytes = 0;
    for (int file = 0; file < listing.limit(); file++) {
      Optional<Leftover> found = Takeover.match(listing, file, leftovers);
      if (found.isPresent()) {
        backups.add(found.get().backup().value());
        files++;
        bytes += listing.size(file);
      }
    }
    return new TakenOver(List.copyOf(backups), files, bytes, leftovers.reasons());
  }

  /**
   * Ends here unless this server can be backed up by this role as requested; the repository is not
   * touched.
   *
   * @throws Failure the SERVER errors, FOREIGN_CLUSTER, LOCAL_FILE
   */
  public void demandFit(BackupRequest request) {
    try (ServerSession session = ServerSession.open(address)) {
      ServerFacts facts = ServerFacts.read(session);
      demandFit(session, facts, ServerRights.read(session));
      Sources.choose(request.reading(), session, facts).source().close();
    }
  }

  /**
   * Takes a backup. When this returns, it exists; when it throws, nothing of it is visible, the
   * server has left backup mode, and the call can be made again at once; what was stored and noted
   * is used then.
   *
   * @param wal the journal, which must be taking WAL in
   * @throws Failure LEASE_HELD, FOREIGN_CLUSTER, BACKUP_INTERRUPTED, the SERVER errors, those of
   *     {@link DurableWal} and of the store
   */
  public BackupResult take(BackupRequest request, DurableWal wal, BackupProgress progress) {
    List<String> warnings = new ArrayList<>();
    try (Lease lease = turn()) {
      BackupRequest wanted = request;
      for (int attempt = 1; ; attempt++) {
        try {
          return once(wanted, wal, progress, lease, warnings);
        } catch (Failure e) {
          if (e.code() == ErrorCode.NO_BASE_BACKUP && wanted.kind() == BackupRequest.Kind.AUTO) {
            wanted = request.as(BackupRequest.Kind.FULL);
            warnings.add("a full backup was taken: " + e.what());
          } else if (e.code() == ErrorCode.DATABASE_COPIED && attempt < TRIES) {
            warnings.add("the backup was taken again: " + e.what());
          } else {
            throw e;
          }
        }
      }
    }
  }

  /** A consolidation that is at work makes way for whoever says that he waits. */
  private Lease turn() {
    try {
      return repository.acquireLease(LeaseRole.BACKUP, Duration.ZERO);
    } catch (Failure e) {
      if (e.code() != ErrorCode.LEASE_HELD) {
        throw e;
      }
    }
    try (Lease _ = repository.acquireLease(LeaseRole.BACKUP_WANTED, LEASE_WAIT)) {
      return repository.acquireLease(LeaseRole.BACKUP, LEASE_WAIT);
    }
  }

  private BackupResult once(
      BackupRequest request,
      DurableWal wal,
      BackupProgress progress,
      Lease lease,
      List<String> warnings) {
    progress.report(new BackupProgress.State(Phase.BEGINNING, 0, 0, 0));
    try (ServerSession session = ServerSession.open(address)) {
      ServerFacts facts = ServerFacts.read(session);
      ServerRights rights = ServerRights.read(session);
      demandFit(session, facts, rights);
      Sources.Choice choice = Sources.choose(request.reading(), session, facts);
      try (FileSource source = paced(choice.source(), request)) {
        Watch watch = new Watch(progress, lease, wal);
        List<ManifestHead> bases = bases(request, facts, watch, warnings);
        BackupRun run =
            new BackupRun(
                repository,
                request,
                new BackupRun.Server(session, facts, rights),
                source,
                watch,
                bases);
        return run.run(wal, random, warnings);
      }
    }
  }

  private List<ManifestHead> bases(
      BackupRequest request, ServerFacts facts, Watch watch, List<String> warnings) {
    if (request.kind() == BackupRequest.Kind.FULL) {
      return List.of();
    }
    BaseFinder.Choice choice = new BaseFinder(repository, facts).choose(watch::isCancelled);
    watch.demandGoingOn();
    if (request.kind() == BackupRequest.Kind.INCREMENTAL) {
      return choice.demand();
    }
    if (choice.heads().isEmpty() && !choice.reason().isEmpty()) {
      warnings.add("a full backup was taken: " + choice.reason());
    }
    return choice.heads();
  }

  private static FileSource paced(FileSource source, BackupRequest request) {
    return request.readRate().isPresent()
        ? new PacedSource(source, Throttle.of(request.readRate().getAsLong()))
        : source;
  }

  private void demandFit(ServerSession session, ServerFacts facts, ServerRights rights) {
    rights.demand(session);
    long expected = repository.identity().systemIdentifier();
    if (facts.systemIdentifier() != expected) {
      throw new Failure(
          ErrorCode.FOREIGN_CLUSTER,
          "the server "
              + session.address()
              + " has system identifier "
              + Long.toUnsignedString(facts.systemIdentifier())
              + ", cluster "
              + repository.identity().name()
              + " is "
              + Long.toUnsignedString(expected),
          "check the address, or give this server a cluster of its own: mockupaws backup --as NEW");
    }
  }
}
