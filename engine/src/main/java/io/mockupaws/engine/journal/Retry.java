package io.mockupaws.engine.journal;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/** How long to wait before the next attempt: doubling, up to a limit, with chance in it. */
final class Retry {
  private final Duration first;
  private final Duration most;
  private int failures;

  Retry(Duration first, Duration most) {
    this.first = first;
    this.most = most;
  }

  void succeeded() {
    failures = 0;
  }

  int failures() {
    return failures;
  }

  /** Counts a failure; between a half and the whole of the wait that is due, in nanoseconds. */
  long failed() {
    return failed(ThreadLocalRandom.current());
  }

  long failed(RandomGenerator random) {
    long due = most.toNanos();
    if (failures < 20) {
      due = Math.min(due, first.toNanos() << failures);
    }
    failures++;
    return due / 2 + random.nextLong(due / 2 + 1);
  }
}
