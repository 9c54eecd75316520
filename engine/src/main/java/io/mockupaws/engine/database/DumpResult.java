package io.mockupaws.engine.database;

import java.time.Duration;
import java.util.List;

/**
 * What came of a dump.
 *
 * @param plainBytes that {@code pg_restore} read
 * @param tables that are there
 * @param notes what else to know
 */
public record DumpResult(
    DumpPlan plan, long plainBytes, long tables, List<String> notes, Duration took) {
  public DumpResult {
    notes = List.copyOf(notes);
  }
}
