package io.mockupaws.demo.ledger;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What all writers noted.
 *
 * @param rows makes the content that belongs to each number
 * @param preloaded how many rows writer 0 had loaded before everything else
 * @param byWriter each writer's commits by number, in order
 */
public record Ledger(LogRows rows, long preloaded, Map<Integer, Map<Long, LedgerEntry>> byWriter) {

  /** Reads the ledgers of writers 1 to {@code writers}. */
  public static Ledger read(Path folder, int writers, LogRows rows, long preloaded) {
    Map<Integer, Map<Long, LedgerEntry>> all = new TreeMap<>();
    for (int writer = 1; writer <= writers; writer++) {
      all.put(writer, LedgerFile.read(folder, writer));
    }
    return new Ledger(rows, preloaded, all);
  }

  /** The writer's note of that row, if it wrote one. */
  public Optional<LedgerEntry> entry(int writer, long number) {
    return Optional.ofNullable(byWriter.getOrDefault(writer, Map.of()).get(number));
  }

  /** All commits, writer by writer. */
  public List<LedgerEntry> entries() {
    List<LedgerEntry> all = new ArrayList<>();
    byWriter.values().forEach(entries -> all.addAll(entries.values()));
    return all;
  }

  /** How many rows must be there if nothing acknowledged by that moment is lost. */
  public long acknowledgedBy(Instant moment) {
    return preloaded + entries().stream().filter(entry -> entry.isAcknowledgedBy(moment)).count();
  }

  /** The last acknowledgement of all. */
  public Optional<Instant> lastAcknowledged() {
    return entries().stream()
        .flatMap(entry -> entry.acknowledged().stream())
        .max(Instant::compareTo);
  }
}
