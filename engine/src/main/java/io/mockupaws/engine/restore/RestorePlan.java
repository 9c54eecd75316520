package io.mockupaws.engine.restore;

import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.engine.journal.Commit;
import io.mockupaws.engine.journal.ResolvedTarget;
import io.mockupaws.engine.objective.Prediction;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a restore will do; made without changing anything.
 *
 * @param backup the backup it begins with
 * @param target the one record that the wanted moment means
 * @param wal the WAL to replay; its timeline is the one PostgreSQL is told to follow
 * @param forVerification segments under an older timeline's name that {@code pg_verifybackup} looks
 *     for besides
 * @param directory the target, absolute
 * @param serverZone the source's time zone, to echo times in
 * @param binaries PostgreSQL's programs; empty when there are none and none are needed
 * @param owner whom the files will belong to; empty: root, and nobody else is known
 * @param warnings what the operator should know before
 * @param existing what the target holds; empty when it is empty or not there yet
 * @param outside directories beside the target that links in it lead to
 */
public record RestorePlan(
    RestoreRequest request,
    ManifestHead backup,
    ResolvedTarget target,
    WalNeed wal,
    List<SegmentName> forVerification,
    Path directory,
    String serverZone,
    Optional<ServerBinaries> binaries,
    Optional<Owner> owner,
    Space space,
    Estimate estimate,
    Loss loss,
    List<String> warnings,
    Optional<Existing> existing,
    Outside outside) {

  /**
   * Room in the target.
   *
   * @param needed bytes that will be written
   * @param free bytes that are free
   * @param givenBack bytes of what is there and will go
   * @param cluster bytes of the cluster
   */
  public record Space(long needed, long free, long givenBack, long cluster) {
    /** Whether the restored cluster can grow to twice its size. */
    public boolean isAmple() {
      return free + givenBack >= 2 * cluster;
    }
  }

  /**
   * What will be moved and how long that may take.
   *
   * @param fetchBytes from the repository, sealed
   * @param writeBytes into the target
   * @param replayBytes of WAL
   * @param time by what earlier recoveries took, or assumed
   */
  public record Estimate(long fetchBytes, long writeBytes, long replayBytes, Prediction time) {}

  /**
   * What will be missing.
   *
   * @param newest the newest commit the repository knows on this timeline
   * @param reached the last commit that is kept
   * @param age how much older that is
   * @param commits how many commits lie behind the target
   */
  public record Loss(
      Optional<Instant> newest, Optional<Instant> reached, Duration age, long commits) {
    static Loss of(ResolvedTarget target, Instant backupStopped) {
      Optional<Instant> newest = target.journalEnd().map(Commit::time);
      Instant reached = target.reachedTime().orElse(backupStopped);
      Duration age = newest.map(end -> Duration.between(reached, end)).orElse(Duration.ZERO);
      boolean none = age.isNegative() || target.commitsLost() == 0;
      return new Loss(
          newest, target.reachedTime(), none ? Duration.ZERO : age, target.commitsLost());
    }
  }

  public RestorePlan {
    forVerification = List.copyOf(forVerification);
    warnings = List.copyOf(warnings);
  }
}
