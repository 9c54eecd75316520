package io.mockupaws.it.restore;

import static org.awaitility.Awaitility.await;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.Sql;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** Writes into tables of its own until it is closed. */
final class Busy implements AutoCloseable {
  private final EmbeddedPostgres live;
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final Thread thread;
  private volatile int rounds;

  Busy(EmbeddedPostgres live) {
    this.live = live;
    this.thread = Thread.ofVirtual().name("busy").start(this::run);
  }

  private void run() {
    try (Sql sql = live.sql("postgres")) {
      sql.run("CREATE TABLE IF NOT EXISTS busy (n int PRIMARY KEY, t text)");
      while (!stopped.get()) {
        sql.run(
            "INSERT INTO busy SELECT n, md5(n::text) FROM generate_series(1, 500) n"
                + " ON CONFLICT (n) DO UPDATE SET t = busy.t || '.'");
        sql.run("DELETE FROM busy WHERE n % 7 = " + rounds % 7);
        sql.run(rounds % 3 == 0 ? "VACUUM busy" : "UPDATE large SET n = n WHERE n % 5000 = 1");
        if (rounds % 5 == 4) {
          sql.run("TRUNCATE busy");
        }
        rounds++;
      }
    }
  }

  /** Returns when all of its statements were run once more. */
  void awaitRound() {
    int before = rounds;
    await().atMost(Duration.ofSeconds(60)).until(() -> rounds > before);
  }

  @Override
  public void close() {
    stopped.set(true);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
