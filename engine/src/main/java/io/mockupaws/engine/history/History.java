package io.mockupaws.engine.history;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.history.Event;
import io.mockupaws.core.history.EventId;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.journal.Stretch;
import io.mockupaws.engine.repository.ClusterRepository;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What happened to a cluster's relations and databases, from the journal. Reads WAL from the start
 * of a backup on: there each page of a catalogue is in it as a whole before it changes.
 */
public final class History {
  /** Of 15 to 18 as they are built and shipped; a backup says otherwise. */
  private static final int USUAL_BLOCK = 8192;

  private final ClusterRepository repository;
  private final Journal journal;

  public History(ClusterRepository repository) {
    this.repository = repository;
    this.journal = new Journal(repository);
  }

  /**
   * What happened, as far as it is asked for.
   *
   * @throws Failure NO_BACKUP when there is no WAL at all
   */
  public HistoryReport read(HistoryRequest request) {
    JournalView view = journal.settledView();
    Timeline timeline = request.timeline().or(view::newestTimeline).orElseThrow(History::nothing);
    Way way = Way.to(view, timeline);
    List<ManifestHead> backups = backups(way);
    Lsn end = end(view, way);
    List<Lsn> starts = starts(backups, request.since(), view, way);
    HistoryReport report = new HistoryReport(timeline, end, end, List.of(), List.of());
    for (Lsn start : starts) {
      HistoryWalk walk = walk(view, way, request.rows(), backups);
      report = walk.over(start, end);
      if (walk.outOfSight().filter(time -> !isBefore(request, time)).isEmpty()) {
        break; // else such a transaction may have done what is asked for before this start
      }
    }
    return new HistoryReport(
        timeline,
        report.from(),
        report.to(),
        report.events().stream().filter(event -> asked(request, event)).toList(),
        Stream.concat(
                report.gaps().stream(),
                journal.lostEnds(view, timeline).stream()
                    .map(lost -> new HistoryReport.Gap(lost.from(), lost.to())))
            .toList());
  }

  /**
   * Finds an event by its name, on the way to a timeline.
   *
   * @param timeline empty: the newest
   * @throws Failure UNKNOWN_EVENT when there is none of that name; TARGET_OUTSIDE_WINDOW when its
   *     transaction began before the WAL that is there
   */
  public Event find(EventId id, Optional<Timeline> timeline) {
    JournalView view = journal.settledView();
    Timeline branch = timeline.or(view::newestTimeline).orElseThrow(History::nothing);
    Way way = Way.to(view, branch);
    if (!way.at(id.commit()).equals(id.timeline())) {
      throw unknown(
          id,
          "it is on timeline " + id.timeline() + ", and the way to timeline " + branch + " is not",
          "name the timeline: --timeline " + id.timeline());
    }
    List<ManifestHead> backups = backups(way);
    List<Lsn> starts =
        backups.stream().map(ManifestHead::start).filter(s -> s.isBefore(id.commit())).toList();
    List<NamesRead> readings = new Catalogues(repository).readings();
    Optional<Event> found = Optional.empty();
    for (Lsn start : starts.reversed()) {
      if (start.isAfter(starts.getFirst()) && !isNamed(start, readings, view, way)) {
        continue; // where the catalogues lie is known from an earlier one on
      }
      Lsn limit = journal.limit(view, branch, start);
      if (id.commit().isBefore(limit)) {
        found =
            walk(view, way, 1, backups).over(start, id.commit().plus(1)).events().stream()
                .filter(event -> event.id().equals(id))
                .findFirst();
      }
      if (found.filter(Event::inSight).isPresent()) {
        return found.get();
      }
    }
    if (found.isPresent()) {
      throw begunBefore(id);
    }
    throw unknown(
        id,
        "no transaction that was committed there did such a thing, or no backup lies before it",
        "see what there is with: mockupaws history");
  }

  private static Failure begunBefore(EventId id) {
    return new Failure(
        ErrorCode.TARGET_OUTSIDE_WINDOW,
        "the transaction of the event " + id + " began before the start of the first backup",
        "leave the transaction out by its id: --target-xid X --exclusive, see mockupaws history");
  }

  private static Failure unknown(EventId id, String why, String next) {
    return new Failure(ErrorCode.UNKNOWN_EVENT, "there is no event " + id + ": " + why, next);
  }

  private static Failure nothing() {
    return new Failure(
        ErrorCode.NO_BACKUP,
        "the repository has no WAL of this cluster",
        "begin with: mockupaws stream, and: mockupaws backup");
  }

  private List<ManifestHead> backups(Way way) {
    return repository.readableBackups((_, _) -> {}).stream()
        .filter(way::has)
        .sorted(Comparator.comparing(ManifestHead::start))
        .toList();
  }

  /**
   * Where to begin, the best first: behind it lies everything that is asked for, and names were
   * read.
   */
  private List<Lsn> starts(
      List<ManifestHead> backups, Optional<Instant> since, JournalView view, Way way) {
    Lsn oldest =
        backups.stream()
            .map(ManifestHead::start)
            .findFirst()
            .or(() -> next(view, way, Lsn.ZERO))
            .orElseThrow(History::nothing);
    List<NamesRead> readings = new Catalogues(repository).readings();
    List<Lsn> starts = new ArrayList<>();
    backups.reversed().stream()
        .filter(backup -> since.filter(t -> !backup.stoppedAt().isAfter(t)).isPresent())
        .map(ManifestHead::start)
        .filter(start -> start.isAfter(oldest))
        .filter(start -> isNamed(start, readings, view, way))
        .forEach(starts::add);
    starts.add(oldest);
    return starts;
  }

  /** Whether names were read behind a position, before anything is missing. */
  private boolean isNamed(Lsn start, List<NamesRead> readings, JournalView view, Way way) {
    Lsn limit = journal.limit(view, way.history().timeline(), start);
    return readings.stream()
        .filter(reading -> way.has(reading.timeline(), reading.at()))
        .anyMatch(reading -> !reading.from().isBefore(start) && !reading.at().isAfter(limit));
  }

  /** The first position at or behind one at which there is WAL. */
  static Optional<Lsn> next(JournalView view, Way way, Lsn from) {
    return view.stretches().stream()
        .filter(stretch -> stretch.to().isAfter(from))
        .filter(stretch -> way.has(stretch.timeline(), Lsn.max(stretch.from(), from)))
        .map(stretch -> Lsn.max(stretch.from(), from))
        .min(Comparator.naturalOrder());
  }

  private static Lsn end(JournalView view, Way way) {
    return view.stretches().stream()
        .filter(stretch -> stretch.timeline().equals(way.history().timeline()))
        .map(Stretch::to)
        .reduce(way.history().begin(), Lsn::max);
  }

  private HistoryWalk walk(JournalView view, Way way, long rows, List<ManifestHead> backups) {
    int block = backups.stream().map(ManifestHead::blockSize).findFirst().orElse(USUAL_BLOCK);
    return new HistoryWalk(journal, view, way, new Catalogues(repository), block, rows);
  }

  private static boolean isBefore(HistoryRequest request, Instant time) {
    return request.since().filter(time::isBefore).isPresent();
  }

  private static boolean asked(HistoryRequest request, Event event) {
    return !isBefore(request, event.time())
        && request.until().filter(event.time()::isAfter).isEmpty()
        && (request.kinds().isEmpty() || request.kinds().contains(event.kind()))
        && request.table().filter(pattern -> !pattern.matches(event)).isEmpty();
  }
}
