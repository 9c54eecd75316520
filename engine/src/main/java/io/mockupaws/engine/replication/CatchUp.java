package io.mockupaws.engine.replication;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Standing;
import io.mockupaws.store.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Brings into a store what it missed, beside a running stream: at the beginning, when it was away
 * and is back, and now and then, since other processes write too. The WAL comes first.
 */
public final class CatchUp implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final Duration PERIOD = Duration.ofMinutes(10);

  /**
   * Between comparisons that leave somebody behind: what no copying mends is not tried all the
   * time.
   */
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final ClusterRepository cluster;
  private final Replication replication;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;
  private volatile long caughtUpObjects;

  private CatchUp(ClusterRepository cluster) {
    this.cluster = cluster;
    this.replication = new Replication(cluster.store(), cluster.copier());
    this.thread = Thread.ofVirtual().name("catch-up").start(this::run);
  }

  /** Begins; where there is one store there is nothing to do. */
  public static CatchUp start(ClusterRepository cluster) {
    return new CatchUp(cluster);
  }

  /** Objects that were brought into a store so far. */
  public long objects() {
    return caughtUpObjects;
  }

  private void run() {
    if (cluster.store().members().isEmpty()) {
      return;
    }
    long comparedAt = System.nanoTime() - PERIOD.toNanos();
    Duration pause = LOOK;
    while (stop.getCount() > 0) {
      boolean due = System.nanoTime() - comparedAt >= PERIOD.toNanos();
      if (due || isSomebodyBehind()) {
        try {
          compare();
          comparedAt = System.nanoTime();
        } catch (Failure e) {
          // Whoever is away or broken is behind, and said to be; the next look tries again.
        }
      }
      pause = isSomebodyBehind() ? shorter(pause.multipliedBy(2), LONGEST_PAUSE) : LOOK;
      if (isStopped(pause)) {
        return;
      }
    }
  }

  /** Of those that are here: nothing can be done for the others. */
  private boolean isSomebodyBehind() {
    return cluster.standing().behind(Standing.Part.ALL).stream()
        .anyMatch(member -> member.away().isEmpty());
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private boolean isStopped(Duration pause) {
    try {
      return stop.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private void compare() {
    List<Long> before = before();
    conclude(
        Standing.Part.JOURNAL, before, replication.replicateJournal(cluster.prefix(), watcher()));
    List<Long> then = before();
    conclude(Standing.Part.ALL, then, replication.replicate(watcher()));
  }

  private List<Long> before() {
    List<Long> before = new ArrayList<>();
    cluster.store().members().forEach(member -> before.add(cluster.standing().before(member)));
    return before;
  }

  private void conclude(Standing.Part part, List<Long> before, ReplicationReport report) {
    List<Member> members = cluster.store().members();
    for (int i = 0; i < members.size(); i++) {
      ReplicationReport.OfStore its = report.stores().get(i);
      caughtUpObjects += its.broughtObjects();
      if (its.isWhole() && report.findings().isEmpty()) {
        cluster.standing().whole(part, members.get(i), before.get(i));
      }
    }
  }

  private ReplicationListener watcher() {
    return new ReplicationListener() {
      @Override
      public void progress(String part, long objects, long bytes) {
        // The stream's report says who is behind.
      }

      @Override
      public boolean cancelled() {
        return stop.getCount() == 0;
      }
    };
  }

  /** Ends after the object under way. */
  @Override
  public void close() {
    stop.countDown();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
