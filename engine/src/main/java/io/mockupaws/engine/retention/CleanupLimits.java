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
    long counted = plan.counted() + plan.dumps().counted();
    long expire = plan.expireCounted() + plan.dumps().expireCounted();
    if (expire > most.of(counted)) {
      return Optional.of(
          new Failure(
              ErrorCode.TOO_MANY_EXPIRE,
              expire + " of " + counted + " backups would expire at once, more than " + most,
              "look at each one's reason with mockupaws cleanup --dry-run; if they are to go:"
                  + " mockupaws cleanup --max-delete "
                  + expire));
    }
    if (withoutNewBackup) {
      return Optional.empty();
    }
    if (plan.expireCounted() > 0 && isOld(plan.newest(), last.map(CleanupRecord::newest))) {
      return Optional.of(
          noNew("no whole backup without corrupt pages", plan.newest(), "mockupaws backup"));
    }
    if (plan.dumps().expireCounted() > 0
        && isOld(plan.dumps().newest(), last.map(CleanupRecord::newestDump))) {
      return Optional.of(
          noNew(
              "no whole dump of a database",
              plan.dumps().newest(),
              "mockupaws backup --kind logical"));
    }
    return Optional.empty();
  }

  private static boolean isOld(Optional<Instant> newest, Optional<Instant> seen) {
    return seen.isPresent() && newest.filter(one -> one.isAfter(seen.get())).isEmpty();
  }

  private static Failure noNew(String what, Optional<Instant> newest, String command) {
    return new Failure(
        ErrorCode.NO_NEW_BACKUP,
        what
            + " was taken since the last cleanup"
            + newest.map(one -> ": the newest is of " + one).orElse("")
            + ", and some would expire",
        "take one: "
            + command
            + "; or let them expire all the same: mockupaws cleanup --without-new-backup");
  }
}
