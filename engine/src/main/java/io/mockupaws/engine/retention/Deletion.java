package io.mockupaws.engine.retention;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Right;
import io.mockupaws.store.ObjectInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Removes what a plan names, one kind after the other. The plan has ranges of keys; a range that
 * has another number of objects than was planned, or a younger one, is left for the next cleanup.
 */
final class Deletion {
  private static final int AT_ONCE = 16;

  private final ClusterRepository cluster;
  private final CleanupPlan plan;
  private final Instant planned;
  private final CleanupRun.Progress progress;
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
    this.progress = progress;
  }

  /** Objects that are gone. */
  long removed() {
    return removed;
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
        for (int i = 0; i < found.size(); i += AT_ONCE) {
          right.check();
          delete(found.subList(i, Math.min(found.size(), i + AT_ONCE)));
        }
      }
      found.clear();
      range = ranges.hasNext() ? Optional.of(ranges.next()) : Optional.empty();
    }
  }

  private void delete(List<ObjectInfo> objects) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Void>> calls = new ArrayList<>();
      for (ObjectInfo object : objects) {
        calls.add(
            () -> {
              cluster.delete(object.key());
              return null;
            });
      }
      for (Future<Void> call : threads.invokeAll(calls)) {
        call.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e);
    }
    count(objects.size(), objects.stream().mapToLong(ObjectInfo::size).sum());
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

  private static Failure interrupted() {
    return new Failure(
        ErrorCode.CLEANUP_INTERRUPTED,
        "the cleanup was broken off",
        "nothing is half removed; what is left goes by the next: mockupaws cleanup");
  }
}
