package io.mockupaws.engine.restore;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.engine.journal.TargetRequest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What somebody wants restored, and how. Begin with {@link #to} and change what is to be otherwise.
 *
 * @param directory where to; empty or not there yet, unless the placement says otherwise
 * @param asked when the command began: the recovery time is measured from here
 * @param backup the backup to begin with; empty: the best one for the target
 * @param target the moment
 * @param keepSettings the source's settings stay in force instead of those of a safe copy
 * @param start whether a server is started and followed to the target
 * @param port where it listens; empty: a free one
 * @param user as whom it runs when we are root; empty: see the manual
 * @param binaries where PostgreSQL's programs lie; empty: they are looked for
 * @param jobs how many reads of the repository run at once
 * @param placement where the parts go, and what becomes of what is there
 */
public record RestoreRequest(
    Path directory,
    Instant asked,
    Optional<BackupId> backup,
    TargetRequest target,
    TimelineChoice timeline,
    TargetAction action,
    boolean keepSettings,
    boolean start,
    OptionalInt port,
    Optional<String> user,
    Optional<Path> binaries,
    int jobs,
    Placement placement) {
  public static final int DEFAULT_JOBS = 8;

  public RestoreRequest {
    if (jobs < 1 || jobs > 256) {
      throw new IllegalArgumentException("jobs is " + jobs + ", 1 to 256 are possible");
    }
  }

  /** The newest moment on the newest timeline into a directory, as a safe copy, not started. */
  public static RestoreRequest to(Path directory, Instant asked) {
    return new RestoreRequest(
        directory,
        asked,
        Optional.empty(),
        new TargetRequest.Latest(),
        new TimelineChoice.Latest(),
        TargetAction.PROMOTE,
        false,
        false,
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty(),
        DEFAULT_JOBS,
        Placement.inside());
  }

  /** The same to another directory. */
  public RestoreRequest into(Path other) {
    return new RestoreRequest(
        other,
        asked,
        backup,
        target,
        timeline,
        action,
        keepSettings,
        start,
        port,
        user,
        binaries,
        jobs,
        placement);
  }

  public RestoreRequest withBackup(BackupId id) {
    return new RestoreRequest(
        directory,
        asked,
        Optional.of(id),
        target,
        timeline,
        action,
        keepSettings,
        start,
        port,
        user,
        binaries,
        jobs,
        placement);
  }

  public RestoreRequest withTarget(TargetRequest moment) {
    return new RestoreRequest(
        directory,
        asked,
        backup,
        moment,
        timeline,
        action,
        keepSettings,
        start,
        port,
        user,
        binaries,
        jobs,
        placement);
  }

  public RestoreRequest withTimeline(TimelineChoice choice) {
    return new RestoreRequest(
        directory,
        asked,
        backup,
        target,
        choice,
        action,
        keepSettings,
        start,
        port,
        user,
        binaries,
        jobs,
        placement);
  }

  public RestoreRequest withAction(TargetAction wanted) {
    return new RestoreRequest(
        directory,
        asked,
        backup,
        target,
        timeline,
        wanted,
        keepSettings,
        start,
        port,
        user,
        binaries,
        jobs,
        placement);
  }

  public RestoreRequest keepingSettings() {
    return new RestoreRequest(
        directory, asked, backup, target, timeline, action, true, start, port, user, binaries, jobs,
        placement);
  }

  public RestoreRequest starting() {
    return new RestoreRequest(
        directory,
        asked,
        backup,
        target,
        timeline,
        action,
        keepSettings,
        true,
        port,
        user,
        binaries,
        jobs,
        placement);
  }

  public RestoreRequest withPort(int number) {
    return new RestoreRequest(
        directory,
        asked,
        backup,
        target,
        timeline,
        action,
        keepSettings,
        start,
        OptionalInt.of(number),
        user,
        binaries,
        jobs,
        placement);
  }

  public RestoreRequest withUser(String name) {
    return new RestoreRequest(
        directory,
        asked,
        backup,
        target,
        timeline,
        action,
        keepSettings,
        start,
        port,
        Optional.of(name),
        binaries,
        jobs,
        placement);
  }

  public RestoreRequest withBinaries(Path place) {
    return new RestoreRequest(
        directory,
        asked,
        backup,
        target,
        timeline,
        action,
        keepSettings,
        start,
        port,
        user,
        Optional.of(place),
        jobs,
        placement);
  }

  public RestoreRequest withJobs(int number) {
    return new RestoreRequest(
        directory,
        asked,
        backup,
        target,
        timeline,
        action,
        keepSettings,
        start,
        port,
        user,
        binaries,
        number,
        placement);
  }

  public RestoreRequest withPlacement(Placement other) {
    return new RestoreRequest(
        directory,
        asked,
        backup,
        target,
        timeline,
        action,
        keepSettings,
        start,
        port,
        user,
        binaries,
        jobs,
        other);
  }
}
