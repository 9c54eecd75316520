package io.mockupaws.engine.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.engine.journal.Notable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Finds out which tablespaces the operator meant and whether the directories named may be written:
 * empty ones, or those that the target's own links lead to already; never one of a running server.
 */
final class OutsideChoice {
  private final Path target;
  private final ManifestHead backup;
  private final Supplier<Stream<Notable>> notables;

  /**
   * A choice.
   *
   * @param notables of the WAL that is replayed: it makes tablespaces too
   */
  OutsideChoice(Path target, ManifestHead backup, Supplier<Stream<Notable>> notables) {
    this.target = target;
    this.backup = backup;
    this.notables = notables;
  }

  /**
   * Decides.
   *
   * @throws Failure USAGE for a tablespace that is not there, TARGET_UNSAFE, TARGET_NOT_EMPTY,
   *     TARGET_RUNNING
   */
  Outside of(Placement placement) {
    // What is not compared file by file would be mixed with what is there.
    boolean delta = placement.occupied() == Occupied.DELTA;
    boolean walCleared = delta || placement.occupied() == Occupied.FORCE;
    Map<Long, Path> tablespaces = new HashMap<>();
    Set<Path> taken = new HashSet<>();
    placement
        .tablespaces()
        .forEach(
            (named, directory) -> {
              long oid = oid(named);
              Path place = usable(directory, "pg_tblspc/" + Long.toString(oid), delta);
              if (!taken.add(place) || tablespaces.put(oid, place) != null) {
                throw wrong("two tablespaces cannot share " + directory);
              }
            });
    Optional<Path> wal =
        placement.walDirectory().map(path -> usable(path, TargetTree.WAL, walCleared));
    wal.filter(place -> !taken.add(place))
        .ifPresent(
            place -> {
              throw wrong("a tablespace and the WAL cannot share " + place);
            });
    return new Outside(tablespaces, wal);
  }

  private long oid(String named) {
    return backup.tablespaces().stream()
        .filter(
            space ->
                space.name().equals(named)
                    || space.location().equals(named)
                    || Long.toString(space.oid()).equals(named))
        .map(space -> space.oid())
        .findFirst()
        .or(() -> inWal(named))
        .orElseThrow(
            () ->
                wrong(
                    "there is no tablespace "
                        + named
                        + " in the backup "
                        + backup.id()
                        + ", and the WAL makes none with this OID or location"));
  }

  /** A note of a tablespace's making is its OID and its location. */
  private Optional<Long> inWal(String named) {
    return notables
        .get()
        .filter(notable -> notable.kind() == Notable.Kind.TABLESPACE_CREATE)
        .map(notable -> notable.detail().split(" ", 2))
        .filter(detail -> detail[0].equals(named) || detail[detail.length - 1].equals(named))
        .map(detail -> Long.parseLong(detail[0]))
        .findFirst();
  }

  /**
   * Decides over one.
   *
   * @param mayBeOwn whether what the target's own link leads to may hold something
   */
  private Path usable(Path named, String link, boolean mayBeOwn) {
    Path place = real(named.toAbsolutePath().normalize());
    if (place.startsWith(target) || target.startsWith(place)) {
      throw new Failure(
          ErrorCode.TARGET_UNSAFE,
          "the directory " + named + " and the target " + target + " lie in each other",
          "name a directory beside the target, or none: then it comes inside");
    }
    boolean own = mayBeOwn && Outside.leadsTo(target.resolve(link), place);
    if (Files.exists(place) && !own) {
      Destination.requireEmpty(place);
    }
    requireUnused(place);
    return place;
  }

  private static Path real(Path path) {
    return Destination.examineOccupied(path).directory();
  }

  /** A server that runs may have this very directory as a tablespace, empty or not. */
  private static void requireUnused(Path place) {
    RunningServers.HOST.requireNone(place);
    for (Path data : RunningServers.HOST.directories()) {
      Stream.concat(Stream.of(data.resolve(TargetTree.WAL)), links(data.resolve("pg_tblspc")))
          .filter(link -> Outside.leadsTo(link, place))
          .findFirst()
          .ifPresent(
              link -> {
                throw new Failure(
                    ErrorCode.TARGET_RUNNING,
                    "a running server uses " + place + ", as " + link + " says",
                    "name another directory");
              });
    }
  }

  private static Stream<Path> links(Path directory) {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      Stream.Builder<Path> links = Stream.builder();
      entries.forEach(links::add);
      return links.build();
    } catch (IOException | java.nio.file.DirectoryIteratorException e) {
      return Stream.empty(); // the server has gone
    }
  }

  private static Failure wrong(String what) {
    return new Failure(
        ErrorCode.USAGE,
        what,
        "name the tablespace by its name, OID or location: mockupaws show lists them");
  }
}
