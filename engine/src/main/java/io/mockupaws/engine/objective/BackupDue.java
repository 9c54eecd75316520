package io.mockupaws.engine.objective;

import java.time.Duration;

/**
 * Whether a backup is to be taken so that a recovery stays within its time. A backup shortens the
 * replay and nothing else: where even with one that was just taken a recovery would be too long,
 * another is taken only when the WAL to replay has come to a tenth of the objective.
 *
 * @param objective the recovery time that was promised
 * @param lead how long until a backup that begins at this moment can be used
 * @param walPerSecond bytes that the server writes
 */
public record BackupDue(Duration objective, Duration lead, double walPerSecond) {
  private static final int LEAST_PART = 10;

  /** Whether the recovery would take longer than it may before such a backup can be used. */
  public boolean isDue(Prediction prediction) {
    long ahead = (long) (walPerSecond * lead.toMillis() / 1000);
    if (isKept(prediction.withReplayBytes(prediction.replayBytes() + ahead))) {
      return false;
    }
    Duration empty = prediction.withReplayBytes(0).replay();
    Duration saved = prediction.replay().minus(empty);
    return isKept(prediction.withReplayBytes(ahead))
        ? saved.isPositive()
        : saved.compareTo(objective.dividedBy(LEAST_PART)) >= 0;
  }

  private boolean isKept(Prediction prediction) {
    return prediction.total().compareTo(objective) <= 0;
  }
}
