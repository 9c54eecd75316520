package io.mockupaws.it.size;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;

/** How much of this process's heap was in use at most, garbage included. */
final class Peak {
  private Peak() {}

  static String text() {
    long bytes =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .mapToLong((MemoryPoolMXBean pool) -> pool.getPeakUsage().getUsed())
            .sum();
    return (bytes >> 20) + " MB of heap at most";
  }
}
