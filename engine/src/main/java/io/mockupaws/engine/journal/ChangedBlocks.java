package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.summary.Summary;
import io.mockupaws.core.summary.SummaryBuilder;
import io.mockupaws.core.summary.SummaryBytes;
import io.mockupaws.core.wal.WalChanges;
import io.mockupaws.engine.repository.ClusterRepository;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;

/**
 * Which blocks changed over a stretch of the journal: from the summaries beside its segments, and
 * from the WAL itself where there is none. It may say too much, never too little.
 */
public final class ChangedBlocks {
  private static final int AT_ONCE = 16;

  private final ClusterRepository repository;
  private final JournalKeys keys;
  private final Journal journal;
  private final int blockSize;

  /**
   * Of one cluster.
   *
   * @param blockSize bytes of a page of its relations
   */
  public ChangedBlocks(ClusterRepository repository, int blockSize) {
    this.repository = repository;
    this.keys = new JournalKeys(repository.prefix());
    this.journal = new Journal(repository);
    this.blockSize = blockSize;
  }

  /**
   * Adds up what changed by every record that ends behind {@code from} and begins before {@code
   * to}.
   *
   * @param branch the way to this timeline counts
   * @param stopped asked now and then; once it says yes, what was found so far is returned
   * @throws Failure WAL_HOLE where WAL is missing, WAL_DAMAGED where it cannot be read
   */
  public Summary between(
      JournalView view, Timeline branch, Lsn from, Lsn to, BooleanSupplier stopped) {
    SummaryBuilder sum = new SummaryBuilder();
    Lsn unread = from;
    Lsn at = from;
    try (ExecutorService readers = Executors.newFixedThreadPool(AT_ONCE, threads())) {
      while (at.isBefore(to) && !stopped.getAsBoolean()) {
        List<SegmentName> segments = next(view, branch, at, to);
        List<Optional<byte[]>> summaries = summaries(readers, view, segments, to);
        for (int i = 0; i < segments.size(); i++) {
          Lsn end = segments.get(i).end();
          Optional<Summary> summary = summaries.get(i).flatMap(ChangedBlocks::decoded);
          if (summary.isPresent()) {
            walk(view, branch, unread, at, sum);
            sum.addAll(summary.get());
            unread = end;
          }
          at = end;
        }
      }
    }
    if (!stopped.getAsBoolean()) {
      walk(view, branch, unread, to, sum);
    }
    return sum.summary();
  }

  /**
   * How many bytes of WAL {@link #between} has to read since nothing sums them up; by listings.
   *
   * @throws Failure WAL_HOLE where WAL is missing
   */
  public long unsummarised(JournalView view, Timeline branch, Lsn from, Lsn to) {
    SummaryNames names = new SummaryNames(repository.store(), keys);
    long bytes = 0;
    for (Lsn at = from; at.isBefore(to); ) {
      for (SegmentName segment : next(view, branch, at, to)) {
        if (!isWanted(view, segment, to) || !names.has(segment)) {
          Lsn end = segment.end().isBefore(to) ? segment.end() : to;
          bytes += end.minus(Lsn.max(at, segment.start()));
        }
        at = segment.end();
      }
    }
    return bytes;
  }

  private static ThreadFactory threads() {
    return Thread.ofVirtual().name("journal-summaries-", 0).factory();
  }

  /** The segments from a position on, at least one. */
  private static List<SegmentName> next(JournalView view, Timeline branch, Lsn at, Lsn to) {
    List<SegmentName> segments = new ArrayList<>();
    Lsn start = at;
    while (start.isBefore(to) && segments.size() < 4 * AT_ONCE) {
      Optional<SegmentName> segment = view.segmentAt(branch, start);
      if (segment.isEmpty()) {
        break;
      }
      segments.add(segment.get());
      start = segment.get().end();
    }
    if (segments.isEmpty()) {
      throw JournalWalk.hole(at);
    }
    return segments;
  }

  private List<Optional<byte[]>> summaries(
      ExecutorService readers, JournalView view, List<SegmentName> segments, Lsn to) {
    List<CompletableFuture<Optional<byte[]>>> asked = new ArrayList<>();
    for (SegmentName segment : segments) {
      asked.add(
          isWanted(view, segment, to)
              ? CompletableFuture.supplyAsync(() -> summary(segment), readers)
              : CompletableFuture.completedFuture(Optional.empty()));
    }
    return asked.stream().map(ChangedBlocks::result).toList();
  }

  /** Whether a summary would say no more than is asked for. */
  private boolean isWanted(JournalView view, SegmentName segment, Lsn to) {
    return blockSize == SegmentChanges.BLOCK_SIZE
        && view.tail(segment).isEmpty()
        && !segment.end().isAfter(to);
  }

  private static Optional<byte[]> result(CompletableFuture<Optional<byte[]>> asked) {
    try {
      return asked.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** Empty where there is none that can be used: the WAL says the same, and takes longer. */
  private Optional<byte[]> summary(SegmentName segment) {
    try {
      return Optional.of(repository.get(keys.summary(segment), ObjectKind.RECORD));
    } catch (Failure e) {
      return unusable(e);
    }
  }

  private static Optional<Summary> decoded(byte[] bytes) {
    try {
      return Optional.of(SummaryBytes.read(bytes));
    } catch (Failure e) {
      return unusable(e);
    }
  }

  private static <T> Optional<T> unusable(Failure cause) {
    return switch (cause.code()) {
      case OBJECT_MISSING, DAMAGED_OBJECT, UNKNOWN_FORMAT -> Optional.empty();
      default -> throw cause;
    };
  }

  private void walk(JournalView view, Timeline branch, Lsn from, Lsn to, SummaryBuilder sum) {
    if (from.isBefore(to)) {
      new JournalWalk(journal, view, branch).reaching(from, to, new WalChanges(sum, blockSize));
    }
  }
}
