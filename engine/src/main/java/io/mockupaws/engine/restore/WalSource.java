package io.mockupaws.engine.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.journal.Import;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.journal.Salvages;
import io.mockupaws.engine.journal.TargetRequest;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Right;
import io.mockupaws.store.OverlayStore;
import io.mockupaws.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * WAL segments that lie beside the repository as plain files, seen together with it by one restore.
 * What the restore may need of them is taken as {@code wal import} takes it, with the same
 * comparisons, into a private folder, sealed as in the repository; neither place is written to.
 */
public final class WalSource implements AutoCloseable {
  private final ClusterRepository repository;
  private final Store source;
  private final Salvages salvages;
  private final InstantSource clock;
  private final WalFolder folder;
  private final Path files;
  private final Store own;
  private final OverlayStore overlay;
  private final ClusterRepository joined;

  /**
   * Nothing is read yet.
   *
   * @param source where the files lie, all in one folder; the caller closes it
   * @param salvages of the repository's cluster
   * @param parent gets the private folder, which goes when this is closed
   * @param places makes a folder a place for objects
   * @throws Failure LOCAL_FILE
   */
  public WalSource(
      ClusterRepository repository,
      Store source,
      Salvages salvages,
      Path parent,
      Function<Path, Store> places,
      InstantSource clock) {
    this.repository = repository;
    this.source = source;
    this.clock = clock;
    this.folder = WalFolder.create(parent);
    try {
      this.files = Files.createDirectory(folder.path().resolve("files"));
    } catch (IOException e) {
      folder.close();
      throw full(e);
    }
    this.own = places.apply(folder.path().resolve("objects"));
    this.overlay = new OverlayStore(repository.store(), own);
    this.joined = repository.through(overlay);
    this.salvages = salvages.through(joined);
  }

  /**
   * What was taken.
   *
   * @param address of the source
   * @param segments that a restore may need, the repository lacked, and are whole
   * @param ofTarget segments of the target's own WAL that go on from there
   * @param refused files that cannot be used, with why
   */
  public record Taken(String address, int segments, int ofTarget, List<Import.Note> refused) {
    public Taken {
      refused = List.copyOf(refused);
    }
  }

  /** What the restore reads on this host. */
  Map<Path, String> places() {
    Map<Path, String> places = new HashMap<>(Map.of(folder.path(), "the folder for its WAL"));
    Occupants.place(source.address()).ifPresent(place -> places.put(place, "the WAL source"));
    return places;
  }

  /** The repository and what was taken as one. */
  public ClusterRepository joined() {
    return joined;
  }

  /**
   * Takes what a restore may need; what an earlier call took is forgotten.
   *
   * @param progress files done and all files
   * @throws Failure RESTORE_INTERRUPTED; DISK_FULL of the private folder; what a store fails with
   */
  public Taken take(RestoreRequest request, Cancel cancel, BiConsumer<Integer, Integer> progress) {
    overlay.reset();
    // A timeline that a restored copy began, a drill's for example, is followed when it is named.
    boolean named = request.timeline() instanceof TimelineChoice.Numbered;
    Import taking = new Import(joined, source, named);
    Import.Plan all = taking.plan();
    Import.Watch watch =
        (done, files) -> {
          progress.accept(done, files);
          return cancel.isAsked();
        };
    try {
      // The histories tell the branches, and these which backup comes into question.
      Import.Done histories =
          taking.run(taking.needed(all, Optional.empty()), Right.alone(), clock, files, watch);
      List<Timeline> archived = new ArrayList<>(taking.timelines(all));
      archived.removeAll(histories.leftOut());
      Optional<Lsn> from = begin(request, archived);
      Import.Done segments =
          taking.run(taking.needed(all, from), Right.alone(), clock, files, watch);
      List<Import.Note> refused = new ArrayList<>(histories.refused());
      segments.refused().stream().filter(n -> !refused.contains(n)).forEach(refused::add);
      int ofTarget = left(request, refused);
      return new Taken(source.address(), segments.stored(), ofTarget, refused);
    } catch (Failure e) {
      throw told(e);
    }
  }

  /**
   * What the target alone has may go on where the source ends, and not where the repository does,
   * into which it cannot come then.
   */
  private int left(RestoreRequest request, List<Import.Note> refused) {
    Path wal = request.directory().resolve(TargetTree.WAL);
    if (request.placement().occupied() == Occupied.REFUSED || !Files.isDirectory(wal)) {
      return 0;
    }
    try {
      return salvages
          .look(request.directory())
          .filter(found -> !found.isEmpty())
          .map(salvages::deliver)
          .orElse(0);
    } catch (Failure e) {
      switch (e.code()) {
        case FOREIGN_CLUSTER, OTHER_LIFE, WAL_DAMAGED, WAL_HOLE ->
            refused.add(new Import.Note(wal.toString(), e.what()));
        default -> throw e;
      }
      return 0;
    }
  }

  private Failure told(Failure e) {
    return switch (e.code()) {
      case BACKUP_INTERRUPTED ->
          new Failure(
              ErrorCode.RESTORE_INTERRUPTED,
              "the restore was stopped while it read the WAL source",
              "nothing was changed; restore again",
              e);
      case STORE_FULL -> full(e);
      default -> e;
    };
  }

  private Failure full(Exception e) {
    return new Failure(
        ErrorCode.DISK_FULL,
        "no room for the WAL of the source in " + folder.path() + ": " + e.getMessage(),
        "make room there, or name another folder with --temp-dir; or take the segments over with:"
            + " mockupaws wal import",
        e);
  }

  /**
   * Where the WAL begins that the restore may need: with the backup that it will begin with; where
   * only the WAL tells which one that is, with the first of all.
   */
  private Optional<Lsn> begin(RestoreRequest request, List<Timeline> archived) {
    List<ManifestHead> backups = repository.readableBackups((_, _) -> {});
    Optional<ManifestHead> named =
        backups.stream().filter(b -> request.backup().filter(b.id()::equals).isPresent()).findAny();
    return named
        .or(() -> chosen(request, archived, backups))
        .or(() -> backups.stream().min(Comparator.comparing(ManifestHead::start)))
        .map(ManifestHead::start);
  }

  private Optional<ManifestHead> chosen(
      RestoreRequest request, List<Timeline> archived, List<ManifestHead> backups) {
    if (request.target() instanceof TargetRequest.Recorded) {
      return Optional.empty();
    }
    JournalView view = new Journal(joined).view();
    BackupChoice choice = BackupChoice.of(backups, view, (_, _, from) -> from);
    List<Timeline> timelines = new ArrayList<>(archived);
    timelines.addAll(view.writtenTimelines());
    Optional<Timeline> branch =
        switch (request.timeline()) {
          case TimelineChoice.Latest() -> timelines.stream().max(Comparator.naturalOrder());
          case TimelineChoice.Current() -> choice.newest().map(ManifestHead::timeline);
          case TimelineChoice.Numbered(Timeline timeline) -> Optional.of(timeline);
        };
    try {
      return branch.flatMap(way -> choice.best(request.target(), way));
    } catch (Failure e) {
      return Optional.empty(); // the plan tells that no backup lies there
    }
  }

  @Override
  public void close() {
    try (folder) {
      own.close();
    }
  }
}
