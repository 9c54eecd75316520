package io.mockupaws.engine.backup;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.PageFinding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Pages that stayed bad however often they were read. Which of them are damage is known only when
 * the backup's end is: a page that was changed after the start, by a record before the stop, is
 * made whole by replay, since its first change after the start wrote all of it into the WAL.
 *
 * <p>Safe for use by many threads. Of at most {@link #LIMIT} pages each is known, of the rest how
 * many there are in which file.
 */
final class SuspectPages {
  static final int LIMIT = 10_000;

  private final List<Suspect> suspects = new ArrayList<>();
  private final Map<String, Long> further = new TreeMap<>();
  private final Set<String> files = new HashSet<>();

  /**
   * A page that stayed bad.
   *
   * @param block its number in its fork
   * @param lsn what its header says
   */
  record Suspect(String path, long block, PageFinding finding, Lsn lsn) {
    /** Whether replay from {@code start} to {@code stop} does not make it whole. */
    boolean isDamaged(Lsn start, Lsn stop) {
      return finding.isDamage(lsn, start, stop);
    }
  }

  /**
   * What was found.
   *
   * @param pages damaged pages, in the order of file and block
   * @param further by file, how many more there are of which nothing else is known
   */
  record Settled(List<Suspect> pages, Map<String, Long> further) {
    long count() {
      return pages.size() + further.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  synchronized void add(String path, long block, PageFinding finding, long lsn) {
    files.add(path);
    if (suspects.size() < LIMIT) {
      suspects.add(new Suspect(path, block, finding, new Lsn(lsn)));
    } else {
      further.merge(path, 1L, Long::sum);
    }
  }

  /** Whether a file has such a page. */
  synchronized boolean has(String path) {
    return files.contains(path);
  }

  /** Decides, the backup's start and stop being known. */
  synchronized Settled settle(Lsn start, Lsn stop) {
    List<Suspect> damaged =
        suspects.stream()
            .filter(suspect -> suspect.isDamaged(start, stop))
            .sorted(Comparator.comparing(Suspect::path).thenComparingLong(Suspect::block))
            .toList();
    return new Settled(damaged, Map.copyOf(further));
  }
}
