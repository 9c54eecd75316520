package io.mockupaws.engine.doctor;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.engine.client.ClientTools;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.restore.RestorePlan;
import io.mockupaws.engine.restore.RestoreRequest;
import io.mockupaws.engine.restore.Restores;
import io.mockupaws.engine.restore.ServerBinaries;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What a restore meets: PostgreSQL's programs, the target, and the plan it would follow. */
final class RestoreChecks {
  private RestoreChecks() {}

  /**
   * The programs of the data's major version.
   *
   * @param major empty when neither server nor repository told it
   */
  static Check binaries(Purpose purpose, Optional<Path> given, OptionalInt major) {
    String id = "host.binaries";
    if (major.isEmpty()) {
      return Check.unknown(id, "which PostgreSQL is needed is not known");
    }
    try {
      ServerBinaries found = ServerBinaries.find(given, major.getAsInt());
      return Check.ok(id, "PostgreSQL " + found.version() + " in " + found.directory());
    } catch (Failure e) {
      return switch (purpose) {
        case RESTORE -> Check.failed(id, e);
        case PROTECT ->
            new Check(
                id,
                Check.State.WARNING,
                e.what() + ": a server cannot be started from a backup here",
                e.nextStep(),
                Optional.of(e.code()));
      };
    }
  }

  /**
   * The programs that take dumps and bring databases back; files need none.
   *
   * @param major empty when neither server nor repository told it
   */
  static Check clientPrograms(Optional<Path> given, OptionalInt major) {
    String id = "host.client";
    if (major.isEmpty()) {
      return Check.unknown(id, "which PostgreSQL is to be dumped is not known");
    }
    try {
      ClientTools found = ClientTools.forDump(given, major.getAsInt());
      return Check.ok(
          id, "pg_dump and its like of " + found.version() + " in " + found.directory());
    } catch (Failure e) {
      return new Check(
          id,
          Check.State.WARNING,
          e.what() + ": no dump can be taken here, and no database restored into another server",
          e.nextStep(),
          Optional.of(e.code()));
    }
  }

  /** By the plan of a restore of the newest moment, which changes nothing. */
  static List<Check> target(
      Optional<ClusterRepository> cluster,
      Optional<Path> target,
      Optional<Path> binaries,
      InstantSource clock) {
    if (cluster.isEmpty()) {
      String why = "there is no cluster to restore";
      return List.of(
          Check.unknown("restore.plan", why),
          Check.unknown("target.empty", why),
          Check.unknown("target.space", why));
    }
    if (target.isEmpty()) {
      String next = "name it: mockupaws doctor --for restore --to-dir DIR";
      return List.of(
          Check.unknown("restore.plan", "no target is named", next),
          Check.unknown("target.empty", "no target is named", next),
          Check.unknown("target.space", "no target is named" + size(cluster.get()), next));
    }
    RestoreRequest request = RestoreRequest.to(target.get(), clock.instant());
    RestoreRequest complete = binaries.map(request::withBinaries).orElse(request);
    try {
      return fine(new Restores(cluster.get(), clock).plan(complete), target.get());
    } catch (Failure e) {
      return failed(e);
    }
  }

  private static String size(ClusterRepository cluster) {
    try {
      List<ManifestHead> backups = cluster.backups();
      return backups.isEmpty()
          ? ""
          : "; the newest backup has " + Amount.bytes(backups.getLast().bytes()) + " and its WAL";
    } catch (Failure e) {
      return "";
    }
  }

  private static List<Check> fine(RestorePlan plan, Path target) {
    long needed = plan.space().needed();
    long free = plan.space().free();
    String room =
        target + " has " + Amount.bytes(free) + " free, needed are " + Amount.bytes(needed);
    return List.of(
        Check.ok("restore.plan", "from backup " + plan.backup().id() + " to the newest moment"),
        Check.ok("target.empty", target + " can be restored into"),
        free < 2 * needed
            ? Check.warning(
                "target.space",
                room + ": less than twice as much",
                "make room, the server will write too; or name another target")
            : Check.ok("target.space", room));
  }

  private static List<Check> failed(Failure e) {
    String id =
        switch (e.code()) {
          case TARGET_NOT_EMPTY, TARGET_UNSAFE, LOCAL_FILE -> "target.empty";
          case DISK_FULL -> "target.space";
          default -> "restore.plan";
        };
    List<Check> checks = new ArrayList<>();
    for (String each : List.of("restore.plan", "target.empty", "target.space")) {
      checks.add(
          each.equals(id)
              ? Check.failed(each, e)
              : each.equals("target.empty") && e.code() == ErrorCode.DISK_FULL
                  ? Check.ok(each, "the target can be restored into")
                  : Check.unknown(each, "the plan ended before it, see " + id));
    }
    return checks;
  }
}
