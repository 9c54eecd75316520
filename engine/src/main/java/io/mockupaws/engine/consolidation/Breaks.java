package io.mockupaws.engine.consolidation;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.LeaseRole;
import io.mockupaws.engine.repository.Right;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Decides how far a portion goes; by one thread. */
final class Breaks {
  /** Between two looks whether a backup waits. */
  private static final Duration LOOK = Duration.ofSeconds(3);

  private final ClusterRepository repository;
  private final InstantSource clock;
  private final Right right;
  private final ConsolidationProgress progress;
  private final Portions portions;
  private Instant looked;
  private long copied;
  private Portion.End end = Portion.End.ALL;

  Breaks(
      ClusterRepository repository,
      InstantSource clock,
      Right right,
      ConsolidationProgress progress,
      Portions portions) {
    this.repository = repository;
    this.clock = clock;
    this.right = right;
    this.progress = progress;
    this.portions = portions;
    this.looked = clock.instant();
  }

  /** Whether what comes next is to be copied; what is not stays where it is. */
  boolean mayCopy() {
    if (end != Portion.End.ALL) {
      return false;
    }
    if (copied >= portions.most()) {
      end = Portion.End.FULL;
    }
    return end == Portion.End.ALL;
  }

  /**
   * So much more was copied.
   *
   * @throws Failure BACKUP_INTERRUPTED when it is to end and too little was done to be kept
   */
  void copied(long bytes) {
    copied += bytes;
    right.check();
    if (!progress.goOn(copied, copied)) {
      endEarly("it was cancelled");
    } else if (isWanted()) {
      endEarly("it made way for a backup");
    }
  }

  private void endEarly(String why) {
    if (copied < portions.least()) {
      throw new Failure(
          ErrorCode.BACKUP_INTERRUPTED,
          "the consolidation was broken off: " + why,
          "nothing was changed; it can be begun again");
    }
    end = Portion.End.EARLY;
  }

  private boolean isWanted() {
    Instant now = clock.instant();
    if (now.isBefore(looked.plus(LOOK))) {
      return false;
    }
    looked = now;
    return repository.isHeld(LeaseRole.BACKUP_WANTED);
  }

  void check() {
    right.check();
  }

  long copied() {
    return copied;
  }

  Portion.End end() {
    return end;
  }
}
