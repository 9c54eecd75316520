package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Right;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Brings the WAL that a server left in its directory into the journal: what it wrote and nobody
 * shipped may hold its newest commits. The server must not be running.
 */
public final class Salvages {
  /** So long nothing may become durable before it is given up. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final long LOOK_NANOS = Duration.ofMillis(5).toNanos();

  private final String repositoryId;
  private final ClusterRepository repository;
  private final JournalSettings settings;
  private final InstantSource clock;
  private final Duration patience;

  /**
   * Salvages of one cluster.
   *
   * @param repositoryId names the spool directory together with the cluster
   * @param settings of which the slot is not used
   */
  public Salvages(
      String repositoryId,
      ClusterRepository repository,
      JournalSettings settings,
      InstantSource clock) {
    this(repositoryId, repository, settings, clock, PATIENCE);
  }

  Salvages(
      String repositoryId,
      ClusterRepository repository,
      JournalSettings settings,
      InstantSource clock,
      Duration patience) {
    this.repositoryId = repositoryId;
    this.repository = repository;
    this.settings = settings;
    this.clock = clock;
    this.patience = patience;
  }

  /**
   * Looks what a directory has that the journal lacks; changes nothing.
   *
   * @param directory a data directory, or one of segment files
   * @return empty when the journal has no WAL to go on from
   * @throws Failure LOCAL_FILE, FOREIGN_CLUSTER
   */
  public Optional<Unshipped> look(Path directory) {
    LeftFiles files = files(directory);
    long own = repository.identity().systemIdentifier();
    systemIdentifier(directory)
        .filter(found -> found != own)
        .ifPresent(found -> foreign(own, found));
    Journal journal = new Journal(repository);
    JournalView view = journal.view();
    Optional<Timeline> newest = view.latestTimeline();
    Optional<Lsn> end = newest.flatMap(view::end);
    return end.map(at -> new LeftWal(journal, view, files, newest.get(), at).look());
  }

  /** The cluster whose WAL lies in a directory, 64 bits, unsigned; empty when nothing tells. */
  public static Optional<Long> systemIdentifier(Path directory) {
    Path wal = LeftWal.in(directory);
    return Files.isDirectory(wal) ? LeftFiles.systemIdentifier(wal) : Optional.empty();
  }

  /** Where received WAL waits for the repository. */
  public Path spool() {
    return settings.spool();
  }

  private void foreign(long own, long found) {
    throw new Failure(
        ErrorCode.FOREIGN_CLUSTER,
        "the WAL is of a cluster with the system identifier "
            + Long.toUnsignedString(found)
            + ", "
            + repository.identity().name()
            + " has "
            + Long.toUnsignedString(own),
        "name the directory of this cluster's server, or the right cluster with --cluster");
  }

  private LeftFiles files(Path directory) {
    return new LeftFiles(LeftWal.in(directory), repository.identity().walSegmentSize());
  }

  /**
   * Brings it in and returns when all of it is durable in the repository.
   *
   * @param leaseWait how long another writer of this cluster may take to let go
   * @return why the first of the segments has no summary of changes for which there was one
   * @throws Failure LEASE_HELD while a stream of this cluster runs, OTHER_LIFE, WAL_NOT_DURABLE,
   *     and what the store fails with
   */
  public Optional<String> save(Unshipped found, Duration leaseWait) {
    LeftServer server =
        new LeftServer(
            files(found.directory()),
            repository.identity().systemIdentifier(),
            found.timeline(),
            found.to());
    Optional<String> unsummarised;
    try (JournalStream stream =
        JournalStream.start(repositoryId, repository, server, settings, clock, leaseWait)) {
      await(stream, found);
      unsummarised = stream.state().unsummarised();
    }
    JournalView view = new Journal(repository).view();
    if (view.end(found.timeline()).filter(end -> !end.isBefore(found.to())).isEmpty()) {
      throw notDurable(found, "the journal ends before it");
    }
    return unsummarised;
  }

  /** The same of another view of the cluster's repository. */
  public Salvages through(ClusterRepository view) {
    return new Salvages(repositoryId, view, settings, clock, patience);
  }

  /**
   * Brings it into a repository to which nobody else writes, file by file, without a spool.
   *
   * @return files that held something
   * @throws Failure as {@link Deliveries#whole}
   */
  public int deliver(Unshipped found) {
    LeftFiles left = new LeftFiles(found.directory(), repository.identity().walSegmentSize());
    Deliveries deliveries = Deliveries.ofWhole(repository, Right.alone(), clock);
    int files = 0;
    SegmentName segment =
        SegmentName.containing(
            found.timeline(), found.from(), repository.identity().walSegmentSize());
    for (; segment.start().isBefore(found.to()); segment = segment.next()) {
      Path file = left.file(segment);
      Delivered delivered =
          segment.end().isAfter(found.to())
              ? deliveries.growing(segment, file)
              : deliveries.whole(segment, file);
      files += delivered.outcome() == Delivered.Outcome.STORED ? 1 : 0;
    }
    return files;
  }

  private void await(JournalStream stream, Unshipped found) {
    Lsn stored = Lsn.ZERO;
    long since = System.nanoTime();
    while (stored.isBefore(found.to())) {
      StreamState state = stream.state();
      if (state.phase() == StreamState.Phase.FAILED) {
        throw state.lastError().orElseThrow();
      }
      if (state.stored().isAfter(stored)) {
        stored = state.stored();
        since = System.nanoTime();
      }
      if (System.nanoTime() - since > patience.toNanos()) {
        throw state
            .lastError()
            .orElseGet(() -> notDurable(found, "nothing became durable any more"));
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  private static Failure notDurable(Unshipped found, String why) {
    return new Failure(
        ErrorCode.WAL_NOT_DURABLE,
        "the WAL up to " + found.to() + " is not in the repository: " + why,
        "look with mockupaws status at the repository, then try again");
  }
}
