package io.mockupaws.engine.thaw;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.store.StorageClass;
import io.mockupaws.store.Thaw;
import java.time.Duration;
import java.util.Collection;

/**
 * What thawing takes and costs, by S3's documents ("Archive retrieval options": what is typical)
 * and its price list for us-east-1, the copies' seven days in STANDARD included.
 *
 * @param objects that have to be thawed
 * @param bytes of them
 * @param longest until the last of them can be read
 * @param dollars for those that were not asked for yet
 */
public record ThawEstimate(long objects, long bytes, Duration longest, double dollars) {
  private static final double GIB = 1 << 30;

  /** Of a GiB for seven of thirty days. */
  private static final double COPY = 0.023 * 7 / 30;

  /** What one way of thawing takes; prices in dollars for a GiB and for a request. */
  private record Way(Duration longest, double aGib, double aRequest) {}

  /**
   * Reckons.
   *
   * @throws Failure USAGE where an object cannot be thawed at that speed
   */
  public static ThawEstimate of(Collection<Frozen> frozen, Thaw speed) {
    long bytes = 0;
    double dollars = 0;
    Duration longest = Duration.ZERO;
    for (Frozen one : frozen) {
      Way way = way(one.storageClass(), speed);
      bytes += one.bytes();
      longest = way.longest().compareTo(longest) > 0 ? way.longest() : longest;
      dollars += one.thawing() ? 0 : way.aRequest() + one.bytes() / GIB * (way.aGib() + COPY);
    }
    return new ThawEstimate(frozen.size(), bytes, longest, dollars);
  }

  private static Way way(StorageClass where, Thaw speed) {
    boolean deep = where == StorageClass.DEEP_ARCHIVE;
    return switch (speed) {
      case EXPEDITED -> {
        if (deep) {
          throw new Failure(
              ErrorCode.USAGE,
              "what lies in DEEP_ARCHIVE cannot be thawed within minutes",
              "use --thaw=standard (12 hours) or --thaw=bulk (48 hours)");
        }
        yield new Way(Duration.ofMinutes(5), 0.03, 0.01);
      }
      case STANDARD ->
          deep
              ? new Way(Duration.ofHours(12), 0.02, 0.0001)
              : new Way(Duration.ofHours(5), 0.01, 0.00005);
      case BULK ->
          deep
              ? new Way(Duration.ofHours(48), 0.0025, 0.000025)
              : new Way(Duration.ofHours(12), 0, 0);
    };
  }
}
