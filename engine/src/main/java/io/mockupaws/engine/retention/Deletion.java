package io.mockupaws.engine.retention;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.engine.repository.AtOnce;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Right;
import io.mockupaws.store.ObjectInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Removes what a plan names, one kind after the other. The plan has ranges of keys; a range that
 * has another number of objects than was planned, or a younger one, is left for the next cleanup.
 */
final class Deletion {
  private final ClusterRepository cluster;
  private final CleanupPlan plan;
  private final Instant planned;
  private final CleanupRun.Progress progress;
  private final LockRules locks;
  private StillLocked left = StillLocked.NONE;
  private long removed;
  private long bytes;

  /**
   * A deletion.
   *
   * @param planned the store's time before the plan was made
   */
  Deletion(
      ClusterRepository cluster, CleanupPlan plan, Instant planned, CleanupRun.Progress progress) {
    this.cluster = cluster;
    this.plan = plan;
    this.planned = planned;
    this.locks = new LockRules(cluster.store(), planned);
    this.progress = progress;
  }

  /** Objects that are gone. */
  long removed() {
    return removed;
  }

  /** Objects that were to go, and are locked. */
  StillLocked left() {
    return left;
  }

  /** Bytes that are free. */
  long bytes() {
    return bytes;
  }

  /**
   * Removes all of one kind.
   *
   * @param right without which nothing more is removed
   * @throws Failure CLEANUP_INTERRUPTED, LEASE_LOST, those of the store
   */
  void remove(Removal.Kind kind, Right right) {
    Iterator<Removal> ranges =
        plan.removals().stream().filter(removal -> removal.kind() == kind).iterator();
    if (!ranges.hasNext()) {
      return;
    }
    right.check();
    Ranges found = new Ranges(ranges, right);
    cluster.forEach(folder(kind), found::visit);
    found.end();
    right.check();
  }

  private static String folder(Removal.Kind kind) {
    return switch (kind) {
      case MANIFEST -> "backups/";
      case PACK -> "packs/";
      case WAL -> "wal/";
      case SUMMARY -> "summaries/";
      case EXPIRY -> ClusterRepository.EXPIRED;
    };
  }

  /** Goes along a listing, whose order is that of the ranges. */
  private final class Ranges {
    private final Iterator<Removal> ranges;
    private final Right right;
    private final List<ObjectInfo> found = new ArrayList<>();
    private Optional<Removal> range;

    Ranges(Iterator<Removal> ranges, Right right) {
      this.ranges = ranges;
      this.right = right;
      this.range = Optional.of(ranges.next());
    }

    void visit(ObjectInfo object) {
      while (range.isPresent() && object.key().value().compareTo(range.get().last().value()) > 0) {
        next();
      }
      if (range.filter(r -> object.key().value().compareTo(r.first().value()) >= 0).isPresent()) {
        found.add(object);
      }
    }

    void end() {
      while (range.isPresent()) {
        next();
      }
    }

    private void next() {
      Removal done = range.orElseThrow();
      boolean asPlanned =
          found.size() == done.objects()
              && found.stream().noneMatch(object -> object.modified().isAfter(planned));
      if (asPlanned) {
        AtOnce.forEach(found, right::check, Deletion.this::delete, Deletion.this::deleted);
      }
      found.clear();
      range = ranges.hasNext() ? Optional.of(ranges.next()) : Optional.empty();
    }
  }

  /** A store's answer to a deletion does not tell whether a lock stood in the way: it is asked. */
  private Optional<Instant> delete(ObjectInfo object) {
    Optional<Instant> locked = locks.until(object.key());
    if (locked.isEmpty()) {
      cluster.delete(object.key());
    }
    return locked;
  }

  private void deleted(List<ObjectInfo> objects, List<Optional<Instant>> locked) {
    List<ObjectInfo> gone = new ArrayList<>();
    for (int i = 0; i < objects.size(); i++) {
      ObjectInfo object = objects.get(i);
      locked.get(i).ifPresentOrElse(until -> leftOne(object.size(), until), () -> gone.add(object));
    }
    count(gone.size(), gone.stream().mapToLong(ObjectInfo::size).sum());
  }

  /** Until when an object that is to go is locked; empty where that is over. */
  Optional<Instant> lockedUntil(ObjectKey key) {
    return locks.until(key);
  }

  /** Counts an object that stays for its lock. */
  void leftOne(long size, Instant until) {
    left = left.and(size, until);
  }

  /** Counts an object that was removed by another. */
  void removedOne(long size) {
    count(1, size);
  }

  private void count(long objects, long size) {
    removed += objects;
    bytes += size;
    if (!progress.removed(removed, plan.objects())) {
      throw interrupted();
    }
  }

  static Failure interrupted() {
    return new Failure(
        ErrorCode.CLEANUP_INTERRUPTED,
        "the cleanup was broken off",
        "nothing is half removed; what is left goes by the next: mockupaws cleanup");
  }
}
