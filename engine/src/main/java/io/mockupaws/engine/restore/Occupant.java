package io.mockupaws.engine.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.ControlFile;
import io.mockupaws.engine.journal.Salvages;
import io.mockupaws.engine.journal.Unshipped;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a target holds, looked at without touching it, and whether it may be treated as asked.
 *
 * @param directory a real path
 * @param system the system identifier of the cluster in it; empty when nothing tells
 */
record Occupant(Path directory, OptionalLong system, Optional<Unshipped> unshipped) {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /**
   * Looks at a directory that holds something.
   *
   * @param own the system identifier of the cluster that is restored
   * @throws Failure TARGET_RUNNING, TARGET_FOREIGN, TARGET_UNSAFE
   */
  static Occupant examine(
      Path directory, Occupied treatment, long own, Salvages salvages, Harmless harmless) {
    RunningServers.HOST.requireNone(directory);
    OptionalLong system = systemIdentifier(directory);
    boolean ours = system.isPresent() && system.getAsLong() == own;
    switch (treatment) {
      case REFUSED -> throw new IllegalArgumentException("refused");
      case DELTA -> {
        requireOurs(directory, system, own);
        harmless.require(directory);
      }
      case FORCE -> harmless.require(directory);
      case IN_PLACE -> {
        if (system.isPresent()) {
          requireOurs(directory, system, own);
        }
        requireMovable(directory);
      }
    }
    Optional<Unshipped> unshipped =
        ours && Files.isDirectory(directory.resolve(TargetTree.WAL))
            ? salvages.look(directory)
            : Optional.empty();
    return new Occupant(directory, system, unshipped);
  }

  /** As far as what is left tells: the control file, our mark, or the WAL. */
  private static OptionalLong systemIdentifier(Path directory) {
    Optional<Long> found =
        control(directory)
            .or(() -> UnfinishedMark.systemIdentifier(directory))
            .or(() -> Salvages.systemIdentifier(directory));
    return found.map(OptionalLong::of).orElseGet(OptionalLong::empty);
  }

  private static Optional<Long> control(Path directory) {
    try {
      return LocalFiles.read(directory.resolve(ManifestScan.CONTROL_FILE))
          .map(ControlFile::parse)
          .map(ControlFile::systemIdentifier);
    } catch (Failure e) {
      return Optional.empty(); // damaged, or no file at all: others may tell
    }
  }

  private static void requireOurs(Path directory, OptionalLong system, long own) {
    if (system.isEmpty()) {
      throw new Failure(
          ErrorCode.TARGET_FOREIGN,
          "nothing in "
              + directory
              + " tells which cluster it is: neither global/pg_control, nor WAL, nor a mark of an"
              + " unfinished restore",
          "name its data directory, or replace all that is in it with --force");
    }
    if (system.getAsLong() != own) {
      throw new Failure(
          ErrorCode.TARGET_FOREIGN,
          directory
              + " holds the cluster with the system identifier "
              + Long.toUnsignedString(system.getAsLong())
              + ", to be restored is "
              + Long.toUnsignedString(own),
          "name another directory, or the right cluster with --cluster");
    }
  }

  private static void requireMovable(Path directory) {
    Path above = LocalFiles.parent(directory);
    boolean sameFileSystem =
        LocalFiles.attempt(
            "looking at",
            directory,
            () ->
                Files.getAttribute(directory, "unix:dev", LinkOption.NOFOLLOW_LINKS)
                    .equals(Files.getAttribute(above, "unix:dev", LinkOption.NOFOLLOW_LINKS)));
    if (!sameFileSystem || !Files.isWritable(above)) {
      throw new Failure(
          ErrorCode.TARGET_UNSAFE,
          directory
              + " cannot be renamed: "
              + (sameFileSystem
                  ? "we may not write in " + above
                  : "a file system is mounted there"),
          "restore over it with --delta, or elsewhere with --to-dir");
    }
  }

  /** A name beside a directory for what it was. */
  static Path beside(Path directory, String what, Instant when) {
    return LocalFiles.parent(directory)
        .resolve(directory.getFileName() + "_" + what + "_" + STAMP.format(when));
  }

  /** What the plan says of it. */
  Existing planned(RestoreRequest request, Existing.Removed removed, Outside outside) {
    TargetTree tree = new TargetTree(directory, outside);
    Existing.Removed all = tree.all();
    boolean inPlace = request.placement().occupied() == Occupied.IN_PLACE;
    return new Existing(
        request.placement().occupied(),
        system.isPresent()
            ? Optional.of(Long.toUnsignedString(system.getAsLong()))
            : Optional.empty(),
        all.files(),
        all.bytes(),
        removed,
        inPlace ? java.util.List.of() : tree.links(),
        unshipped,
        inPlace ? Optional.of(beside(directory, "before", request.asked())) : Optional.empty());
  }
}
