package io.mockupaws.engine.retention;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.time.Instant;
import java.util.Optional;

/**
 * What makes a cleanup refuse before it changes anything.
 *
 * @param most backups that may expire at once
 * @param withoutNewBackup whether backups may expire although none was taken since the last cleanup
 */
public record CleanupLimits(DeleteLimit most, boolean withoutNewBackup) {
  /** What holds unless the operator says otherwise. */
  public static CleanupLimits usual() {
    return new CleanupLimits(DeleteLimit.USUAL, /* withoutNewBackup= */ false);
  }

  /**
   * Why a plan would be refused; empty when it may be done.
   *
   * @param last the last cleanup that did anything
   */
  public Optional<Failure> refusal(CleanupPlan plan, Optional<CleanupRecord> last) {
    if (plan.expireCounted() > most.of(plan.counted())) {
      return Optional.of(
          new Failure(
              ErrorCode.TOO_MANY_EXPIRE,
              plan.expireCounted()
                  + " of "
                  + plan.counted()
                  + " backups would expire at once, more than "
                  + most,
              "look at each one's reason with mockupaws cleanup --dry-run; if they are to go:"
                  + " mockupaws cleanup --max-delete "
                  + plan.expireCounted()));
    }
    Optional<Instant> seen = last.map(CleanupRecord::newest);
    boolean newer =
        seen.isEmpty() || plan.newest().filter(newest -> newest.isAfter(seen.get())).isPresent();
    if (plan.expireCounted() > 0 && !newer && !withoutNewBackup) {
      return Optional.of(
          new Failure(
              ErrorCode.NO_NEW_BACKUP,
              "no whole backup without corrupt pages was taken since the last cleanup: the newest"
                  + " is of "
                  + seen.get()
                  + ", and backups would expire",
              "take one: mockupaws backup; or let them expire all the same: mockupaws cleanup"
                  + " --without-new-backup"));
    }
    return Optional.empty();
  }
}
