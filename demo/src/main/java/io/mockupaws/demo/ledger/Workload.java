package io.mockupaws.demo.ledger;

import io.mockupaws.demo.postgres.ServerLogin;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What writers do.
 *
 * @param writers how many, each with a connection of its own
 * @param folder where their ledgers are made; it exists and has none yet
 * @param pause after each commit; zero for none
 * @param reconnect whether they go on when the server went away and came back
 */
public record Workload(
    ServerLogin login,
    String database,
    int writers,
    LogRows rows,
    Path folder,
    Duration pause,
    boolean reconnect) {

  /** Writers without pauses that end with the server. */
  public static Workload of(
      ServerLogin login, String database, int writers, LogRows rows, Path folder) {
    return new Workload(login, database, writers, rows, folder, Duration.ZERO, false);
  }
}
