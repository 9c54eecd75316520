package io.mockupaws.engine.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.TimelineHistory;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.journal.Notable;
import io.mockupaws.engine.journal.ResolvedTarget;
import io.mockupaws.engine.journal.TargetRequest;
import io.mockupaws.engine.objective.Measurements;
import io.mockupaws.engine.objective.Rates;
import io.mockupaws.engine.repository.ClusterRepository;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes plans. Reads the repository and looks at this host; changes neither. */
final class Planner {
  private final ClusterRepository repository;
  private final Journal journal;
  private final Occupants occupants;
  private final Room room = new Room(Room.HOST);

  Planner(ClusterRepository repository, Journal journal, Occupants occupants) {
    this.repository = repository;
    this.journal = journal;
    this.occupants = occupants;
  }

  RestorePlan plan(RestoreRequest request) {
    Destination destination =
        request.placement().occupied() == Occupied.REFUSED
            ? Destination.examine(request.directory())
            : Destination.examineOccupied(request.directory());
    Optional<Occupant> occupant = occupants.look(destination, request);
    requireFreePort(request);
    JournalView view = journal.settledView();
    List<String> unreadable = new ArrayList<>();
    BackupChoice choice =
        BackupChoice.of(
            backups(request, unreadable),
            view,
            (target, branch, from) -> journal.locate(view, target, branch, from));
    Optional<ManifestHead> named = request.backup().map(choice::named);
    Timeline branch = branch(request, view, choice, named);
    demandOneMoment(request, view, branch);
    Beginning beginning = new Beginning(repository, journal, view, branch);
    Beginning.Chosen chosen =
        named.isPresent()
            ? beginning.with(choice.onTheWay(named.get(), branch), request.target())
            : beginning.firstOf(choice.candidates(request.target(), branch), request.target());
    ManifestHead backup = chosen.backup();
    ResolvedTarget target = chosen.target();
    WalNeed wal =
        new WalNeed(
            timelineOf(view, target, backup),
            backup.start(),
            target.recordEnd(),
            backup.walSegmentSize());
    List<String> warnings = warnings(backup);
    warnings.addAll(chosen.passedOver());
    warnings.addAll(target.notes());
    warnings.addAll(unreadable);
    Outside outside =
        new OutsideChoice(destination.directory(), backup, () -> notables(view, wal))
            .of(request.placement());
    Optional<Existing> existing =
        occupant.map(found -> occupants.planned(found, request, backup, outside));
    existing.ifPresent(found -> warnings.addAll(Occupants.warnings(found, request.keepSettings())));
    warnings.addAll(insideWarnings(backup, outside));
    RestorePlan.Space space = space(backup, wal, destination, existing, outside);
    Optional<Owner> owner = owner(request, destination);
    return new RestorePlan(
        request,
        backup,
        target,
        wal,
        forVerification(view, backup, wal),
        destination.directory(),
        backup.settings().getOrDefault("TimeZone", "UTC"),
        binaries(request, backup),
        owner,
        space,
        estimate(RestoreForecast.fetchBytes(repository, backup), space.needed(), wal.bytes()),
        RestorePlan.Loss.of(target, backup.stoppedAt()),
        warnings,
        existing,
        outside);
  }

  private RestorePlan.Estimate estimate(long packs, long write, long replay) {
    Rates rates = Rates.of(new Measurements(repository).newest());
    long fetch = packs + replay;
    return new RestorePlan.Estimate(fetch, write, replay, rates.predict(fetch, write, replay));
  }

  /** Bytes of the files of each tablespace, by its OID. */
  private Map<Long, Long> tablespaceBytes(ManifestHead backup) {
    Spread.TablespaceBytes sums = new Spread.TablespaceBytes();
    repository.manifest(backup.id()).forEach(sums);
    return sums.sums();
  }

  private Stream<Notable> notables(JournalView view, WalNeed wal) {
    Stream.Builder<Notable> notables = Stream.builder();
    wal.segments(view)
        .forEachRemaining(
            segment -> journal.index(view, segment).notables().forEach(notables::add));
    return notables.build();
  }

  private List<ManifestHead> backups(RestoreRequest request, List<String> unreadable) {
    request.backup().ifPresent(repository::demandNotExpired);
    return repository.readableBackups(
        (id, failure) -> {
          if (request.backup().filter(id::equals).isPresent()) {
            throw failure;
          }
          unreadable.add("the backup " + id + " cannot be used: " + failure.what());
        });
  }

  /**
   * The newest timeline is that of the named backup's descendants: what came of it, and not what
   * else the cluster became.
   */
  private static Timeline branch(
      RestoreRequest request, JournalView view, BackupChoice choice, Optional<ManifestHead> named) {
    Optional<Timeline> own = named.or(choice::newest).map(ManifestHead::timeline);
    return switch (request.timeline()) {
      case TimelineChoice.Latest() ->
          (named.isPresent()
                  ? choice.newestFrom(named.get(), view.writtenTimelines())
                  : view.newestTimeline())
              .or(() -> own)
              .orElseThrow(Planner::nothing);
      case TimelineChoice.Current() -> own.orElseThrow(Planner::nothing);
      case TimelineChoice.Numbered(Timeline timeline) -> timeline;
    };
  }

  /** A time that two timelines share is one moment only with the timeline's name. */
  private void demandOneMoment(RestoreRequest request, JournalView view, Timeline branch) {
    if (!(request.target() instanceof TargetRequest.AtTime target)
        || !(request.timeline() instanceof TimelineChoice.Latest)
        || request.backup().isPresent()) {
      return;
    }
    List<Timeline> others = journal.alsoAt(view, branch, target.time());
    if (!others.isEmpty()) {
      throw new Failure(
          ErrorCode.TARGET_AMBIGUOUS,
          target.time()
              + " is on timeline "
              + branch
              + " and on "
              + String.join(" and ", others.stream().map(Timeline::toString).toList())
              + ", which parted before",
          "say which: --timeline N; see mockupaws timelines");
    }
  }

  private static Failure nothing() {
    return new Failure(
        ErrorCode.NO_BACKUP,
        "the repository has no backup and no WAL of this cluster",
        "take a backup with: mockupaws backup");
  }

  /**
   * The timeline on which the last record lies. A target on an ancestor is reached by following the
   * ancestor, so that the new timeline is recorded as forked off it and not off its child.
   */
  private static Timeline timelineOf(JournalView view, ResolvedTarget target, ManifestHead backup) {
    Timeline branch = target.timeline();
    TimelineHistory history = view.histories().get(branch);
    if (history == null) {
      return branch;
    }
    Timeline own = history.timelineAt(target.recordStart());
    return view.covers(own, backup.start(), target.recordEnd()) ? own : branch;
  }

  /** Segments of the backup's own WAL that lie in the target under a newer timeline's name. */
  private static List<SegmentName> forVerification(
      JournalView view, ManifestHead backup, WalNeed wal) {
    List<SegmentName> besides = new ArrayList<>();
    if (!wal.timeline().equals(backup.timeline())) {
      SegmentName last =
          SegmentName.containing(
              backup.timeline(), backup.stop().plus(-1), backup.walSegmentSize());
      for (SegmentName name =
              SegmentName.containing(backup.timeline(), backup.start(), backup.walSegmentSize());
          name.compareTo(last) <= 0;
          name = name.next()) {
        if (view.length(name) > 0) {
          besides.add(name);
        }
      }
    }
    return besides;
  }

  private RestorePlan.Space space(
      ManifestHead backup,
      WalNeed wal,
      Destination destination,
      Optional<Existing> existing,
      Outside outside) {
    long needed = backup.bytes() + wal.fileBytes();
    long givenBack =
        existing
            .filter(found -> found.treatment() != Occupied.IN_PLACE)
            .map(Existing::bytes)
            .orElse(0L);
    room.require(
        new Spread(destination.directory(), outside)
            .needs(
                new Room.Need(destination.directory(), needed, givenBack),
                wal.fileBytes(),
                () -> tablespaceBytes(backup)));
    return new RestorePlan.Space(needed, destination.freeBytes(), givenBack, backup.bytes());
  }

  private static List<String> warnings(ManifestHead backup) {
    List<String> warnings = new ArrayList<>();
    if (!backup.corruptPages().isEmpty()) {
      warnings.add(
          "the backup holds "
              + backup.corruptPages().size()
              + " pages that were corrupt on the source, the first in "
              + backup.corruptPages().getFirst().path());
    }
    return warnings;
  }

  private static List<String> insideWarnings(ManifestHead backup, Outside outside) {
    return backup.tablespaces().stream()
        .filter(space -> !outside.has(space.oid()))
        .map(
            space ->
                "the tablespace "
                    + space.name()
                    + " comes inside the target: pg_tblspc/"
                    + space.oid())
        .toList();
  }

  private static Optional<ServerBinaries> binaries(RestoreRequest request, ManifestHead backup) {
    try {
      return Optional.of(ServerBinaries.find(request.binaries(), backup.serverVersion() / 10_000));
    } catch (Failure e) {
      if (request.start()) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /** A server on another address of the same port would be taken for the copy. */
  private static void requireFreePort(RestoreRequest request) {
    if (request.start()
        && request.port().isPresent()
        && !HostFacts.isFree(request.port().getAsInt())) {
      throw new Failure(
          ErrorCode.USAGE,
          "somebody listens on port " + request.port().getAsInt() + " of this host already",
          "name another port, or none: a free one is found");
    }
  }

  private static Optional<Owner> owner(RestoreRequest request, Destination destination) {
    Optional<Owner> owner = Owners.of(Owners.ourself(), request.user(), destination.directory());
    if (request.start()) {
      destination.requireReachable(
          owner.orElseThrow(
              () ->
                  new Failure(
                      ErrorCode.RUNNING_AS_ROOT,
                      "PostgreSQL does not run as root, and there is no user postgres",
                      "name the user it shall run as with --user")));
    }
    return owner;
  }
}
