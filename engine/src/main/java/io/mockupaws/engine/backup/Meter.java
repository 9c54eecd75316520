package io.mockupaws.engine.backup;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The rate of the last seconds, from readings of a growing number. Used by one thread. */
final class Meter {
  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final LongSupplier nanos;
  private final Deque<long[]> readings = new ArrayDeque<>();
  private long skipped;

  Meter(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** So much of the number to come was not worked for. */
  void skip(long count) {
    skipped += count;
  }

  /** Takes a reading; gives the growth a second since the oldest reading of the window. */
  long rate(long value) {
    long now = nanos.getAsLong();
    long worked = value - skipped;
    readings.addLast(new long[] {now, worked});
    while (readings.size() > 2 && now - readings.getFirst()[0] > WINDOW_NANOS) {
      readings.removeFirst();
    }
    long elapsed = now - readings.getFirst()[0];
    long grown = worked - readings.getFirst()[1];
    return elapsed <= 0 ? 0 : (long) ((double) grown / elapsed * TimeUnit.SECONDS.toNanos(1));
  }
}
