package io.mockupaws.demo.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Writers that commit a numbered row each time and note it in their ledger. Each has a virtual
 * thread and a connection; they share nothing but the order to stop.
 */
public final class LedgerWriters implements AutoCloseable {

  private static final Duration RECONNECT_PAUSE = Duration.ofMillis(20);

  private final Workload workload;
  private final InstantSource clock;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicReference<Optional<RuntimeException>> failure =
      new AtomicReference<>(Optional.empty());
  private final List<Thread> threads = new ArrayList<>();

  private LedgerWriters(Workload workload, InstantSource clock) {
    this.workload = workload;
    this.clock = clock;
  }

  /** Starts them all. The clock must be the server's: commit times are compared with it. */
  public static LedgerWriters start(Workload workload, InstantSource clock) {
    LedgerWriters writers = new LedgerWriters(workload, clock);
    for (int writer = 1; writer <= workload.writers(); writer++) {
      int number = writer;
      writers.threads.add(
          Thread.ofVirtual().name("writer-" + writer).start(() -> writers.write(number)));
    }
    return writers;
  }

  /** How many commits were acknowledged so far, over all writers. */
  public long acknowledged() {
    return acknowledged.get();
  }

  /** Whether one of them still writes. */
  public boolean isWriting() {
    return threads.stream().anyMatch(Thread::isAlive);
  }

  /**
   * Ends them after the commit each is at, and waits for that.
   *
   * @throws IllegalStateException when one had ended before for another reason than the server's
   *     end
   */
  public void stop() {
    close();
    failure
        .get()
        .ifPresent(
            e -> {
              throw e;
            });
  }

  /** As {@link #stop}, whatever had happened to them. */
  @Override
  public void close() {
    stopping.set(true);
    join();
  }

  /** Waits until all have ended because the server did. */
  public void join() {
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while the writers end", e);
      }
    }
  }

  private void write(int writer) {
    try (LedgerFile ledger = LedgerFile.create(workload.folder(), writer)) {
      long next = 1;
      while (!stopping.get()) {
        next = session(writer, next, ledger);
        if (!workload.reconnect()) {
          return;
        }
        LockSupport.parkNanos(RECONNECT_PAUSE.toNanos());
      }
    } catch (RuntimeException e) {
      failure.set(Optional.of(e));
    }
  }

  /** Writes over one connection until it is told to stop or the server is gone. */
  private long session(int writer, long first, LedgerFile ledger) {
    long number = first;
    try (Connection connection = workload.login().connect(workload.database())) {
      connection.setAutoCommit(false);
      try (PreparedStatement insert = connection.prepareStatement(LedgerTable.INSERT)) {
        while (!stopping.get()) {
          long xid = insert(insert, writer, number);
          ledger.sent(number, xid, clock.instant());
          // From here on the row may be committed whatever we are told: its number is used up.
          number++;
          if (commit(connection)) {
            ledger.acknowledged(number - 1, clock.instant());
            acknowledged.incrementAndGet();
          }
          if (!workload.pause().isZero()) {
            LockSupport.parkNanos(workload.pause().toNanos());
          }
        }
      }
    } catch (SQLException e) {
      if (!serverWentAway(e)) {
        throw new IllegalStateException("writer " + writer + ": " + e.getMessage(), e);
      }
    }
    return number;
  }

  /**
   * A commit that was waiting for a synchronous standby and was cancelled returns success, and a
   * warning that it is only local ({@code SyncRepWaitForLSN}, {@code syncrep.c}).
   */
  private static boolean commit(Connection connection) throws SQLException {
    // Connection.commit() would not tell the warning
    try (Statement statement = connection.createStatement()) {
      statement.execute("COMMIT");
      return statement.getWarnings() == null;
    }
  }

  private long insert(PreparedStatement insert, int writer, long number) throws SQLException {
    LedgerTable.bind(insert, workload.rows().row(writer, number));
    try (ResultSet result = insert.executeQuery()) {
      result.next();
      return result.getLong(1);
    }
  }

  /** Connection errors, and the server's own word that it is starting or shutting down. */
  private static boolean serverWentAway(SQLException e) {
    String state = e.getSQLState();
    return state == null || state.startsWith("08") || state.startsWith("57P");
  }
}
