package io.mockupaws.engine.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.engine.journal.Salvages;
import io.mockupaws.engine.journal.Unshipped;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.store.Member;
import io.mockupaws.store.Store;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Plans what becomes of a target that holds something. Changes nothing. */
final class Occupants {
  private static final String FILE = "file://";

  private final ClusterRepository repository;
  private final Optional<Salvages> salvages;
  private final Map<Path, String> used;

  /**
   * @param used what the restore itself reads, by its path, with what it is
   */
  Occupants(ClusterRepository repository, Optional<Salvages> salvages, Map<Path, String> used) {
    this.repository = repository;
    this.salvages = salvages;
    this.used = Map.copyOf(used);
  }

  /** Looks at a target; refuses what may not be touched as it was asked. */
  Optional<Occupant> look(Destination destination, RestoreRequest request) {
    Occupied treatment = request.placement().occupied();
    if (treatment == Occupied.REFUSED || !destination.isOccupied()) {
      return Optional.empty();
    }
    Salvages saves =
        salvages.orElseThrow(
            () ->
                new Failure(
                    ErrorCode.INTERNAL,
                    "a directory that holds something needs a way to save its WAL",
                    "report this"));
    return Optional.of(
        Occupant.examine(
            destination.directory(),
            treatment,
            repository.identity().systemIdentifier(),
            saves,
            Harmless.here(precious(saves))));
  }

  private Map<Path, String> precious(Salvages saves) {
    Map<Path, String> precious = new LinkedHashMap<>(used);
    precious.put(saves.spool().toAbsolutePath(), "the spool");
    addresses(repository.store())
        .flatMap(address -> place(address).stream())
        .forEach(place -> precious.put(place, "the repository"));
    return precious;
  }

  /** Of each of several stores. */
  private static Stream<String> addresses(Store store) {
    return store.members().isEmpty()
        ? Stream.of(store.address())
        : store.members().stream().map(Member::address);
  }

  /** Where a store lies on this host; empty for a bucket. */
  static Optional<Path> place(String address) {
    return address.startsWith(FILE)
        ? Optional.of(Path.of(address.substring(FILE.length())))
        : Optional.empty();
  }

  /** What the plan says of it. */
  Existing planned(
      Occupant occupant, RestoreRequest request, ManifestHead backup, Outside outside) {
    Existing.Removed removed =
        switch (request.placement().occupied()) {
          case REFUSED, IN_PLACE -> Existing.Removed.nothing();
          case FORCE -> new TargetTree(occupant.directory(), Outside.none()).all();
          case DELTA ->
              new TargetTree(occupant.directory(), outside)
                  .extras(
                      BackupImage.read(repository, repository.manifest(backup.id()), backup)
                          .wanted());
        };
    return occupant.planned(request, removed, outside);
  }

  /** What the operator should know before. */
  static List<String> warnings(Existing existing, boolean keepSettings) {
    List<String> warnings = new ArrayList<>();
    existing.unshipped().ifPresent(wal -> warnings.addAll(warnings(wal)));
    switch (existing.treatment()) {
      case REFUSED, DELTA -> {}
      case FORCE ->
          warnings.add(
              "everything in the target is removed, and nothing of it can be had back; to keep it,"
                  + " move it away before");
      case IN_PLACE -> {
        if (!keepSettings) {
          warnings.add(
              "it comes back as a safe copy: it archives and replicates nowhere and listens on"
                  + " localhost on a free port; to take the server's place: --keep-settings");
        }
      }
    }
    existing
        .links()
        .forEach(
            link ->
                warnings.add(
                    "the link " + link + " is removed, and what it leads to stays as it is"));
    return warnings;
  }

  private static List<String> warnings(Unshipped wal) {
    List<String> warnings = new ArrayList<>();
    if (!wal.isEmpty()) {
      warnings.add(
          "the directory has WAL that the repository lacks, from "
              + wal.from()
              + " to "
              + wal.to()
              + " with "
              + wal.commits()
              + " commits: it is brought into the repository first, and the restore is planned"
              + " anew with it");
    }
    wal.foreign()
        .ifPresent(
            why ->
                warnings.add(
                    "the directory has WAL that cannot be brought into the repository: "
                        + why
                        + "; it is kept beside the directory"));
    return warnings;
  }
}
