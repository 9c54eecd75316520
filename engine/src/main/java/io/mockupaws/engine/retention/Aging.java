package io.mockupaws.engine.retention;

import io.mockupaws.store.StorageClass;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/**
 * In how cold a class of storage what is kept may lie. Pure. What the last weeks' recoveries may
 * need stays warm; what months and years are kept for alone goes to where keeping is cheap.
 */
final class Aging {
  private final RetentionRules rules;
  private final Instant now;

  Aging(RetentionRules rules, Instant now) {
    this.rules = rules;
    this.now = now;
  }

  /**
   * The coldest class.
   *
   * @param tiers for which it is the first of its period, and still kept
   * @param otherwise whether anything else keeps it
   * @param made the moment from which its terms count
   */
  StorageClass coldest(Set<Tier> tiers, boolean otherwise, Instant made) {
    boolean young = !made.isBefore(rules.daily().before(now));
    if (otherwise
        || young
        || tiers.isEmpty()
        || tiers.contains(Tier.DAILY)
        || tiers.contains(Tier.WEEKLY)) {
      return StorageClass.STANDARD_IA;
    }
    Tier warmest = tiers.contains(Tier.MONTHLY) ? Tier.MONTHLY : Tier.YEARLY;
    StorageClass wanted =
        warmest == Tier.MONTHLY ? StorageClass.GLACIER : StorageClass.DEEP_ARCHIVE;
    Duration left = Duration.between(now, rules.term(warmest).after(made));
    // For less it is paid for as long, and takes hours to get back.
    return left.compareTo(wanted.minimum()) < 0 ? StorageClass.STANDARD_IA : wanted;
  }
}
