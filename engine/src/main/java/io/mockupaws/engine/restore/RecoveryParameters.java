package io.mockupaws.engine.restore;

import io.mockupaws.core.pg.RecoverySettings;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The settings that must be at least as large as they were on the source while it wrote the WAL
 * that is replayed ({@code CheckRequiredParameterValues}, {@code
 * src/backend/access/transam/xlogrecovery.c}; prepared transactions need their places in any case).
 */
record RecoveryParameters(
    int maxConnections,
    int maxWorkerProcesses,
    int maxWalSenders,
    int maxPreparedTransactions,
    int maxLocksPerTransaction) {

  /** PostgreSQL's defaults, for what a configuration does not name. */
  private static final RecoveryParameters DEFAULTS = new RecoveryParameters(100, 8, 10, 0, 64);

  static RecoveryParameters of(RecoverySettings settings) {
    return new RecoveryParameters(
        settings.maxConnections(),
        settings.maxWorkerProcesses(),
        settings.maxWalSenders(),
        settings.maxPreparedTransactions(),
        settings.maxLocksPerTransaction());
  }

  /** The larger of each. */
  RecoveryParameters atLeast(RecoveryParameters other) {
    return new RecoveryParameters(
        Math.max(maxConnections, other.maxConnections),
        Math.max(maxWorkerProcesses, other.maxWorkerProcesses),
        Math.max(maxWalSenders, other.maxWalSenders),
        Math.max(maxPreparedTransactions, other.maxPreparedTransactions),
        Math.max(maxLocksPerTransaction, other.maxLocksPerTransaction));
  }

  /** What must be set because a configuration has less. */
  Map<String, String> raised(Map<String, String> effective) {
    Map<String, String> raised = new LinkedHashMap<>();
    Map<String, Integer> defaults = DEFAULTS.byName();
    byName()
        .forEach(
            (name, needed) -> {
              String fallback = String.valueOf(defaults.get(name));
              if (number(effective.getOrDefault(name, fallback)) < needed) {
                raised.put(name, Integer.toString(needed));
              }
            });
    return raised;
  }

  /** A value that is no plain number counts as too small, so that the needed one is written. */
  private static int number(String value) {
    try {
      return Integer.decode(value.strip());
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private Map<String, Integer> byName() {
    Map<String, Integer> values = new LinkedHashMap<>();
    values.put("max_connections", maxConnections);
    values.put("max_worker_processes", maxWorkerProcesses);
    values.put("max_wal_senders", maxWalSenders);
    values.put("max_prepared_transactions", maxPreparedTransactions);
    values.put("max_locks_per_transaction", maxLocksPerTransaction);
    return values;
  }
}
