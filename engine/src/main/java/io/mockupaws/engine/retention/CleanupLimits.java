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
    // Each for itself: many dumps must not hide that the physical backups go, nor the reverse.
    Optional<Failure> tooMany =
        tooMany("backups", plan.expireCounted(), plan.counted())
            .or(() -> tooMany("dumps", plan.dumps().expireCounted(), plan.dumps().counted()));
    if (tooMany.isPresent()) {
      return tooMany;
    }
    boolean old = isOld(plan.newest(), last.map(CleanupRecord::newest));
    return plan.expireCounted() > 0 && !withoutNewBackup && old
        ? Optional.of(noNew(plan.newest()))
        : Optional.empty();
  }

  private Optional<Failure> tooMany(String what, long expire, long counted) {
    return expire <= most.of(counted)
        ? Optional.empty()
        : Optional.of(
            new Failure(
                ErrorCode.TOO_MANY_EXPIRE,
                expire + " of " + counted + " " + what + " would expire at once, more than " + most,
                "look at each one's reason with mockupaws cleanup --dry-run; if they are to go:"
                    + " mockupaws cleanup --max-delete "
                    + expire));
  }

  private static boolean isOld(Optional<Instant> newest, Optional<Instant> seen) {
    return seen.isPresent() && newest.filter(one -> one.isAfter(seen.get())).isEmpty();
  }

  private static Failure noNew(Optional<Instant> newest) {
    return new Failure(
        ErrorCode.NO_NEW_BACKUP,
        "no whole backup without corrupt pages was taken since the last cleanup"
            + newest.map(one -> ": the newest is of " + one).orElse("")
            + ", and some would expire",
        "take one: mockupaws backup; or let them expire all the same: mockupaws cleanup"
            + " --without-new-backup");
  }
}
