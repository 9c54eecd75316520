package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.PrimaryDisk;
import io.mockupaws.engine.cluster.SlotUsage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Watches how the WAL kept for the slot fills the server's disk. Has a thread and a connection of
 * its own, so that it goes on while uploads or the stream hang.
 */
final class DiskWatch implements Runnable {
  private static final long TICK_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long GROWTH_NANOS = Duration.ofSeconds(60).toNanos();

  private record Sample(long nanos, long held) {}

  private final StreamParts parts;
  private final Runnable jump;
  private final Deque<Sample> samples = new ArrayDeque<>();
  private Optional<SlotGauge> gauge = Optional.empty();
  private volatile Optional<PrimaryDisk> disk = Optional.empty();

  /**
   * A watch.
   *
   * @param jump ends the connection, so that the next one goes on behind what is shed
   */
  DiskWatch(StreamParts parts, Runnable jump) {
    this.parts = parts;
    this.jump = jump;
  }

  /** As last seen; empty when it cannot be told now. */
  Optional<PrimaryDisk> disk() {
    return disk;
  }

  @Override
  public void run() {
    try {
      while (!parts.line().await(parts.control()::isClosing, TICK_NANOS)) {
        look(System.nanoTime());
      }
    } finally {
      disconnect();
    }
  }

  private void look(long now) {
    try {
      if (gauge.isEmpty()) {
        gauge = Optional.of(parts.server().gauge(parts.settings().slot()));
      }
      Optional<SlotUsage> usage = gauge.get().read();
      disk = usage.map(seen -> judge(seen, now));
      usage.ifPresent(seen -> disk.ifPresent(judged -> shed(seen, judged)));
    } catch (Failure e) {
      // Whoever streams tells that the server is away; this tries again.
      disk = Optional.empty();
      disconnect();
    }
  }

  private void shed(SlotUsage usage, PrimaryDisk judged) {
    try {
      parts.shedding().look(usage, judged);
    } catch (Failure e) {
      parts.control().error(e); // the hole could not be noted: nothing was given up
      return;
    }
    if (parts.control().isJumpWanted()) {
      jump.run();
    }
  }

  private PrimaryDisk judge(SlotUsage usage, long now) {
    samples.addLast(new Sample(now, usage.held()));
    while (now - samples.getFirst().nanos() > GROWTH_NANOS) {
      samples.removeFirst();
    }
    return PrimaryDisk.of(usage, parts.settings().primaryDisk().limit(), growth());
  }

  /** From the lowest of the last minute on: what was let go of says nothing of what comes. */
  private OptionalDouble growth() {
    Sample last = samples.getLast();
    Sample lowest = last;
    for (Sample sample : samples) {
      lowest = sample.held() < lowest.held() ? sample : lowest;
    }
    double seconds = (last.nanos() - lowest.nanos()) / 1e9;
    return seconds < 0.5
        ? OptionalDouble.empty()
        : OptionalDouble.of((last.held() - lowest.held()) / seconds);
  }

  private void disconnect() {
    gauge.ifPresent(SlotGauge::close);
    gauge = Optional.empty();
  }
}
