package io.mockupaws.engine.cluster;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * How the WAL that a slot keeps fills its server's disk.
 *
 * @param held bytes that are kept for the slot
 * @param capacity bytes that it may keep: the server's setting, or what is free and held; empty
 *     where neither is known
 * @param limit bytes from which on there is an alarm; empty where it cannot be told
 * @param growth bytes a second by which the held grow; empty before it was seen twice
 * @param keeps what becomes of the WAL
 */
public record PrimaryDisk(
    long held, OptionalLong capacity, OptionalLong limit, OptionalDouble growth, Slot.Keeps keeps) {

  /**
   * Judges what was seen.
   *
   * @param wanted the operator's own limit; empty: half of the capacity
   */
  public static PrimaryDisk of(SlotUsage usage, OptionalLong wanted, OptionalDouble growth) {
    long held = usage.held();
    OptionalLong capacity = usage.keepLimit();
    if (usage.freeBytes().isPresent()) {
      long disk = held + usage.freeBytes().getAsLong();
      capacity = OptionalLong.of(Math.min(disk, capacity.orElse(disk)));
    }
    OptionalLong limit =
        wanted.isPresent() || capacity.isEmpty()
            ? wanted
            : OptionalLong.of(capacity.getAsLong() / 2);
    return new PrimaryDisk(held, capacity, limit, growth, usage.keeps());
  }

  /** Whether the limit is passed, or the server has begun to give WAL up. */
  public boolean alarm() {
    return switch (keeps) {
      case UNRESERVED, LOST -> true;
      case NOTHING, RESERVED, EXTENDED -> limit.isPresent() && held >= limit.getAsLong();
    };
  }

  /** When the capacity is reached at this rate; empty where that cannot be told, or never. */
  public Optional<Duration> fullIn() {
    if (capacity.isEmpty() || growth.isEmpty() || growth.getAsDouble() < 1) {
      return Optional.empty();
    }
    double left = Math.max(0, capacity.getAsLong() - held);
    return Optional.of(
        Duration.ofSeconds((long) Math.min(left / growth.getAsDouble(), Integer.MAX_VALUE)));
  }
}
