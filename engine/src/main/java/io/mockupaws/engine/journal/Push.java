package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.TimelineHistory;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Lease;
import io.mockupaws.engine.repository.LeaseRole;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Brings one file of {@code archive_command} into the repository by itself, without a stream at
 * hand. Where a stream elsewhere holds the lease, it waits until that one has brought the same WAL.
 */
public final class Push {
  private static final long LOOK_AGAIN = Duration.ofMillis(300).toNanos();

  private final ClusterRepository repository;
  private final InstantSource clock;
  private final JournalSettings.OnDamage onDamage;
  private final JournalSettings.Durability durability;
  private final Duration patience;

  /**
   * @param durability where a file is to be before it counts as brought; {@code SPOOL} is of
   *     streams, and means any store here
   * @param patience how long another holder of the lease may take
   */
  public Push(
      ClusterRepository repository,
      InstantSource clock,
      JournalSettings.OnDamage onDamage,
      JournalSettings.Durability durability,
      Duration patience) {
    this.repository = repository;
    this.clock = clock;
    this.onDamage = onDamage;
    this.durability = durability;
    this.patience = patience;
  }

  /**
   * Returns once the file is durable in the repository; empty for a file that no recovery reads.
   *
   * @throws Failure USAGE, LEASE_HELD, WAL_NOT_DURABLE, what {@link Deliveries} fails with
   */
  public Optional<Delivered> push(Path file) {
    ArchiveName name =
        ArchiveName.of(String.valueOf(file.getFileName()), repository.identity().walSegmentSize());
    if (name instanceof ArchiveName.BackupNote) {
      return Optional.empty();
    }
    Delivered delivered = bring(name, file);
    if (durability == JournalSettings.Durability.ALL) {
      new EveryCopy(repository).demand(name);
    }
    return Optional.of(delivered);
  }

  private Delivered bring(ArchiveName name, Path file) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return alone(name, file);
      } catch (Failure e) {
        if (e.code() != ErrorCode.LEASE_HELD) {
          throw e;
        }
        Optional<Delivered> there = byAnother(name, file);
        if (there.isPresent()) {
          return there.get();
        }
        if (System.nanoTime() - deadline >= 0) {
          throw e;
        }
      }
      LockSupport.parkNanos(LOOK_AGAIN);
    }
  }

  private Delivered alone(ArchiveName name, Path file) {
    try (Lease lease = repository.acquireLease(LeaseRole.JOURNAL, Duration.ZERO)) {
      Deliveries deliveries = new Deliveries(repository, lease, clock, onDamage);
      return take(deliveries, name, file, /* takesOver= */ false);
    }
  }

  /** What the holder of the lease has stored. */
  private Optional<Delivered> byAnother(ArchiveName name, Path file) {
    return name instanceof ArchiveName.Whole(SegmentName segment)
        ? Deliveries.look(repository, segment, file)
        : Optional.empty();
  }

  /**
   * Takes a file by its name. A history that is lacking may lie beside it.
   *
   * @param takesOver whether a timeline that a restored copy began is taken too
   */
  static Delivered take(Deliveries deliveries, ArchiveName name, Path file, boolean takesOver) {
    return switch (name) {
      case ArchiveName.Whole(SegmentName segment) -> {
        takeHistory(deliveries, segment.timeline(), file, takesOver);
        yield deliveries.whole(segment, file);
      }
      case ArchiveName.Partial(SegmentName segment) -> {
        takeHistory(deliveries, segment.timeline(), file, takesOver);
        yield deliveries.growing(segment, file);
      }
      case ArchiveName.History(Timeline timeline) ->
          Delivered.whole(deliveries.history(timeline, read(file), takesOver), 0);
      case ArchiveName.BackupNote() -> Delivered.whole(Delivered.Outcome.KNOWN, 0);
    };
  }

  /** A server that began to archive late on its timeline does not archive the history again. */
  private static void takeHistory(
      Deliveries deliveries, Timeline timeline, Path beside, boolean takesOver) {
    Path file = beside.resolveSibling(timeline.historyFileName());
    if (deliveries.hasHistory(timeline) || !Files.exists(file)) {
      return;
    }
    byte[] content = read(file);
    TimelineHistory history =
        TimelineHistory.parse(timeline, new String(content, StandardCharsets.UTF_8));
    for (TimelineHistory.Switch ancestor : history.ancestors()) {
      takeHistory(deliveries, ancestor.parent(), beside, takesOver);
    }
    deliveries.history(timeline, content, takesOver);
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new Failure(
          ErrorCode.LOCAL_FILE,
          "the file " + file + " cannot be read: " + e.getMessage(),
          "Check the path and its rights: archive_command gives it as %p.",
          e);
    }
  }
}
