package io.mockupaws.engine.backup;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.journal.DurableJournal;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalSettings;
import io.mockupaws.engine.journal.JournalStream;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.journal.JournalWatch;
import io.mockupaws.engine.journal.Life;
import io.mockupaws.engine.journal.Notable;
import io.mockupaws.engine.journal.SegmentIndex;
import io.mockupaws.engine.journal.WalServer;
import io.mockupaws.engine.repository.ClusterRepository;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The WAL of a backup: what a running stream of another process brings into the repository, or,
 * where none runs, a stream of our own for as long as the backup takes. When the other process ends
 * meanwhile, ours takes over.
 */
public final class JournalWal implements DurableWal, AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(60);
  private static final Duration ONE_LOOK = Duration.ofMillis(200);

  /** A stream that brings nothing for so long will not: its host may be gone. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Start start;
  private final InstantSource clock;
  private Optional<JournalStream> own;
  private Optional<java.time.Instant> waitingSince = Optional.empty();

  /** What a stream of our own is started with. */
  private record Start(
      String repositoryId,
      ClusterRepository repository,
      WalServer server,
      JournalSettings settings,
      BooleanSupplier cancelled) {}

  private JournalWal(Start start, InstantSource clock) {
    this.start = start;
    this.clock = clock;
    this.own = stream();
    if (own.isEmpty()) {
      demandStreamedServer();
    }
  }

  /** The other process streams a server: a copy of that one would wait for its own WAL in vain. */
  private void demandStreamedServer() {
    if (new Life(start.repository(), start.server()).ask()
        instanceof Life.Other(Failure difference)) {
      throw difference;
    }
  }

  /**
   * Finds a running stream or starts one; returns when WAL comes in.
   *
   * @param cancelled asked now and then whether to give up
   * @throws Failure what keeps a stream of our own from starting
   */
  public static JournalWal open(
      String repositoryId,
      ClusterRepository repository,
      WalServer server,
      JournalSettings settings,
      InstantSource clock,
      BooleanSupplier cancelled) {
    return new JournalWal(new Start(repositoryId, repository, server, settings, cancelled), clock);
  }

  /** Whether no other process streams, so that we do. */
  public boolean isOwn() {
    return own.isPresent();
  }

  /** A stream of our own; empty when another process has the lease. */
  private Optional<JournalStream> stream() {
    JournalStream stream;
    try {
      stream =
          JournalStream.start(
              start.repositoryId(),
              start.repository(),
              start.server(),
              start.settings(),
              clock,
              Duration.ZERO);
    } catch (Failure e) {
      if (e.code() == ErrorCode.LEASE_HELD) {
        return Optional.empty();
      }
      throw e;
    }
    try {
      stream.awaitStreaming(CONNECT, start.cancelled());
      return Optional.of(stream);
    } catch (RuntimeException e) {
      stream.close();
      throw e;
    }
  }

  @Override
  public void check() {
    if (own.isEmpty()) {
      own = stream();
      return;
    }
    own.get().state().lastError().filter(JournalWal::isFinal).ifPresent(JournalWal::raise);
  }

  /** What no waiting mends; everything else the stream waits out by itself. */
  private static boolean isFinal(Failure failure) {
    return switch (failure.code()) {
      case OTHER_LIFE, FOREIGN_CLUSTER, SERVER_CHANGED, SERVER_VERSION, LEASE_LOST -> true;
      default -> false;
    };
  }

  private static void raise(Failure failure) {
    throw failure;
  }

  @Override
  public boolean isDurable(BackupSpan backup) {
    DurableJournal journal =
        own.<DurableJournal>map(stream -> stream)
            .orElseGet(() -> new JournalWatch(start.repository()));
    try {
      journal.awaitDurable(backup.timeline(), backup.start(), backup.stop(), ONE_LOOK, () -> false);
    } catch (Failure e) {
      if (e.code() == ErrorCode.WAL_NOT_DURABLE && isStillHopeful()) {
        return false;
      }
      throw e;
    }
    demandReplayable(backup);
    return true;
  }

  private boolean isStillHopeful() {
    if (waitingSince.isEmpty()) {
      waitingSince = Optional.of(clock.instant());
    }
    return Duration.between(waitingSince.get(), clock.instant()).compareTo(PATIENCE) < 0;
  }

  /** Looks through the WAL for what makes the copied files useless. */
  private void demandReplayable(BackupSpan backup) {
    Journal journal = new Journal(start.repository());
    JournalView view = journal.view();
    demandReadable(journal, view, backup);
    new SameLife(journal, view, backup).demand();
  }

  private void demandReadable(Journal journal, JournalView view, BackupSpan backup) {
    Timeline timeline = backup.timeline();
    Lsn from = backup.start();
    Lsn to = backup.stop();
    int segmentSize = start.repository().identity().walSegmentSize();
    for (Lsn at = from;
        at.isBefore(to);
        at = SegmentName.containing(timeline, at, segmentSize).end()) {
      Optional<SegmentName> segment = view.segmentAt(timeline, at);
      if (segment.isPresent()) {
        demandReadable(journal.index(view, segment.get()), segment.get(), from, to);
      }
    }
  }

  private static void demandReadable(SegmentIndex index, SegmentName segment, Lsn from, Lsn to) {
    Optional<Lsn> damage = index.damage().filter(at -> at.isBefore(to));
    if (damage.isPresent()) {
      throw new Failure(
          ErrorCode.WAL_DAMAGED,
          "the server sent WAL that cannot be read, at " + damage.get() + " in " + segment,
          "take the backup again; when it happens again, look at the server's disk");
    }
    for (Notable notable : index.notables()) {
      boolean during = !notable.start().isBefore(from) && notable.start().isBefore(to);
      if (during && notable.kind() == Notable.Kind.DATABASE_COPY) {
        throw new Failure(
            ErrorCode.DATABASE_COPIED,
            "a database was created by file copy while the backup ran, at " + notable.start(),
            "take the backup again");
      }
    }
  }

  @Override
  public void close() {
    own.ifPresent(JournalStream::close);
    own = Optional.empty();
  }
}
