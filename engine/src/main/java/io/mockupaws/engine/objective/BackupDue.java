package io.mockupaws.engine.objective;

import java.time.Duration;

/**
 * Whether a backup is to be taken so that a recovery stays within its time. A backup shortens the
 * replay and nothing else: where the files alone take longer than the objective allows, one is
 * taken only when the replay has come to a tenth of it; and none that would not halve what is to be
 * replayed when it is done. So there is never one after the other.
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
    Prediction then = prediction.withReplayBytes(prediction.replayBytes() + ahead);
    return then.total().compareTo(objective) > 0
        && then.replay().compareTo(objective.dividedBy(LEAST_PART)) >= 0
        && prediction.replayBytes() >= ahead;
  }
}
