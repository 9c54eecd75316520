package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.wal.SegmentHeader;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Right;
import io.mockupaws.store.ListPage;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Takes over segments that lie somewhere as plain files, as {@code cp %p} or {@code aws s3 cp %p}
 * archived them, or packed by gzip or zstd. It can be broken off and run again: what is there is
 * compared. The source is only read.
 */
public final class Import {
  private static final int PAGE = 1000;
  private static final int COPY_BYTES = 256 * 1024;

  private final ClusterRepository repository;
  private final Store source;
  private final boolean takesOver;
  private final int segmentSize;

  /**
   * @param source where the files lie, all in one folder
   * @param takesOver whether timelines are taken that a restored copy began, a drill's for example
   */
  public Import(ClusterRepository repository, Store source, boolean takesOver) {
    this.repository = repository;
    this.source = source;
    this.takesOver = takesOver;
    this.segmentSize = repository.identity().walSegmentSize();
  }

  /**
   * What there is at the source.
   *
   * @param histories timelines' history files
   * @param missing segments that the repository lacks
   * @param present segments that it has: they are compared
   * @param passedOver what is no plain WAL file, with why
   * @param foreign of the first and last of each run of segments, those of another cluster or of no
   *     segment, with why; all are looked at when they are taken
   */
  public record Plan(
      List<ObjectKey> histories,
      List<ObjectKey> missing,
      List<ObjectKey> present,
      List<Note> passedOver,
      List<Note> foreign) {}

  /** A file, and what is to be said of it. */
  public record Note(String file, String why) {}

  /**
   * What was done.
   *
   * @param stored files that are in the repository by this call
   * @param known files that were there, with the same bytes
   * @param refused files that were not taken, with why: one with a broken record may be a bad copy
   * @param leftOut timelines whose histories are among them; none of their segments was taken
   * @param unsummarised why the first of the segments has no summary of changes for which there was
   *     one
   */
  public record Done(
      int stored,
      int known,
      List<Note> refused,
      Set<Timeline> leftOut,
      Optional<String> unsummarised) {}

  /** Looks on, and may break it off between two files. */
  @FunctionalInterface
  public interface Watch {
    /** Whether to stop, with that many of all files done. */
    boolean stops(int done, int all);
  }

  /**
   * What a recovery may need of a plan that the repository lacks.
   *
   * @param from where its WAL begins; empty: the histories alone
   */
  public Plan needed(Plan plan, Optional<Lsn> from) {
    List<ObjectKey> needed =
        plan.missing().stream()
            .filter(key -> from.filter(lsn -> segment(key).end().isAfter(lsn)).isPresent())
            .toList();
    return new Plan(plan.histories(), needed, List.of(), plan.passedOver(), List.of());
  }

  /** The timelines of which the repository lacks segments that are there. */
  public List<Timeline> timelines(Plan plan) {
    return plan.missing().stream().map(key -> segment(key).timeline()).distinct().toList();
  }

  private SegmentName segment(ObjectKey key) {
    return switch (ArchiveName.of(plainName(key), segmentSize)) {
      case ArchiveName.Whole(SegmentName segment) -> segment;
      case ArchiveName.Partial(SegmentName segment) -> segment;
      case ArchiveName.History _, ArchiveName.BackupNote _ ->
          throw new IllegalArgumentException(key + " is no segment");
    };
  }

  /** Lists the source and holds it against the repository. */
  public Plan plan() {
    JournalView view = new Journal(repository).view();
    Plan plan =
        new Plan(
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>());
    String after = "";
    while (true) {
      ListPage page = source.list("", after, PAGE);
      page.objects().forEach(object -> sort(object, view, plan));
      if (!page.more()) {
        break;
      }
      after = page.objects().getLast().key().value();
    }
    ends(plan.missing()).forEach(key -> look(key).ifPresent(plan.foreign()::add));
    return plan;
  }

  private void sort(ObjectInfo object, JournalView view, Plan plan) {
    String file = object.key().fileName();
    Optional<ArchiveName> name = ArchiveName.find(ArchivedForm.plainName(file), segmentSize);
    if (name.isPresent() && !ArchivedForm.of(file).isReadable()) {
      plan.passedOver().add(new Note(file, "its packing is not read: unpack it first"));
      return;
    }
    if (name.isEmpty()) {
      plan.passedOver().add(new Note(file, "no plain WAL file"));
      return;
    }
    switch (name.get()) {
      case ArchiveName.History _ -> plan.histories().add(object.key());
      case ArchiveName.BackupNote _ ->
          plan.passedOver().add(new Note(file, "a note for people: no recovery reads it"));
      case ArchiveName.Partial _ -> plan.missing().add(object.key());
      case ArchiveName.Whole(SegmentName segment) -> {
        boolean there = view.length(segment) == segmentSize && view.tail(segment).isEmpty();
        (there ? plan.present() : plan.missing()).add(object.key());
      }
    }
  }

  /** The first and last of each run of segments that follow each other. */
  private List<ObjectKey> ends(List<ObjectKey> keys) {
    List<ObjectKey> ends = new ArrayList<>();
    Optional<SegmentName> next = Optional.empty();
    for (int i = 0; i < keys.size(); i++) {
      Optional<SegmentName> segment = SegmentName.parse(plainName(keys.get(i)), segmentSize);
      if (segment.isEmpty() || !segment.equals(next)) {
        if (i > 0 && !ends.contains(keys.get(i - 1))) {
          ends.add(keys.get(i - 1));
        }
        ends.add(keys.get(i));
      }
      next = segment.map(SegmentName::next);
    }
    return ends;
  }

  private Optional<Note> look(ObjectKey key) {
    Optional<SegmentHeader> header = header(key);
    if (header.isEmpty()) {
      return Optional.of(new Note(key.fileName(), "it does not begin as a WAL segment"));
    }
    long system = header.get().systemIdentifier();
    return system == repository.identity().systemIdentifier()
        ? Optional.empty()
        : Optional.of(
            new Note(key.fileName(), "of another cluster, " + Long.toUnsignedString(system)));
  }

  private Optional<SegmentHeader> header(ObjectKey key) {
    try (InputStream in = open(key)) {
      return SegmentHeader.read(in.readNBytes(SegmentHeader.BYTES));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private InputStream open(ObjectKey key) throws IOException {
    return ArchivedForm.of(key.fileName()).open(source.read(key, 0));
  }

  private static String plainName(ObjectKey key) {
    return ArchivedForm.plainName(key.fileName());
  }

  /**
   * Takes everything over: histories first, then segments in their order.
   *
   * @param folder for one file at a time
   * @throws Failure BACKUP_INTERRUPTED; what the store, the lease or the folder fail with: what was
   *     stored stays
   */
  public Done run(Plan plan, Right right, InstantSource clock, Path folder, Watch watch) {
    Deliveries deliveries = Deliveries.ofWhole(repository, right, clock);
    List<ObjectKey> all = new ArrayList<>(plan.histories());
    List<ObjectKey> segments = new ArrayList<>(plan.missing());
    segments.addAll(plan.present());
    segments.sort(Comparator.comparing(ObjectKey::fileName));
    all.addAll(segments);
    Tally tally = new Tally();
    for (int i = 0; i < all.size(); i++) {
      ObjectKey key = all.get(i);
      if (watch.stops(i, all.size())) {
        throw new Failure(
            ErrorCode.BACKUP_INTERRUPTED,
            "the import was broken off; " + tally.stored + " files are stored",
            "Start it again: it goes on where it was.");
      }
      take(deliveries, key, folder, tally);
    }
    return new Done(
        tally.stored,
        tally.known,
        List.copyOf(tally.refused),
        Set.copyOf(tally.leftOut),
        tally.unsummarised);
  }

  private static final class Tally {
    private int stored;
    private int known;
    private final List<Note> refused = new ArrayList<>();
    private final Set<Timeline> leftOut = new HashSet<>();
    private Optional<String> unsummarised = Optional.empty();
  }

  private void take(Deliveries deliveries, ObjectKey key, Path folder, Tally tally) {
    Path file = folder.resolve(plainName(key));
    ArchiveName name = ArchiveName.of(plainName(key), segmentSize);
    if (isOf(name, tally.leftOut)) {
      return; // its history was refused, and says why
    }
    try {
      copy(key, file);
      Delivered delivered = Push.take(deliveries, name, file, takesOver);
      switch (delivered.outcome()) {
        case STORED -> tally.stored++;
        case KNOWN -> tally.known++;
      }
      tally.unsummarised = tally.unsummarised.or(delivered::unsummarised);
    } catch (Failure e) {
      switch (e.code()) {
        case OTHER_LIFE, FOREIGN_CLUSTER, WAL_DAMAGED, WAL_HOLE ->
            refuse(name, new Note(key.fileName(), e.what()), tally);
        default -> throw e;
      }
    } finally {
      delete(file);
    }
  }

  private static void refuse(ArchiveName name, Note note, Tally tally) {
    if (name instanceof ArchiveName.History(Timeline timeline)) {
      tally.refused.add(new Note(note.file(), note.why() + "; its segments are left out"));
      tally.leftOut.add(timeline);
    } else {
      tally.refused.add(note);
    }
  }

  private static boolean isOf(ArchiveName name, Set<Timeline> timelines) {
    return switch (name) {
      case ArchiveName.Whole(SegmentName segment) -> timelines.contains(segment.timeline());
      case ArchiveName.Partial(SegmentName segment) -> timelines.contains(segment.timeline());
      case ArchiveName.History _, ArchiveName.BackupNote _ -> false;
    };
  }

  /** One byte more than a segment has is enough to refuse the file. */
  private void copy(ObjectKey key, Path file) {
    byte[] buffer = new byte[COPY_BYTES];
    long left = segmentSize + 1L;
    try (InputStream in = unpacked(key);
        OutputStream out = Files.newOutputStream(file)) {
      for (int count = read(key, in, buffer, left); count > 0 && left > 0; ) {
        out.write(buffer, 0, count);
        left -= count;
        count = read(key, in, buffer, left);
      }
    } catch (IOException e) {
      throw new Failure(
          ErrorCode.LOCAL_FILE,
          "the file " + file + " cannot be written: " + e.getMessage(),
          "Make room there, or set another spool directory.",
          e);
    }
  }

  private InputStream unpacked(ObjectKey key) {
    try {
      return open(key);
    } catch (IOException e) {
      throw broken(key, e);
    }
  }

  private static int read(ObjectKey key, InputStream in, byte[] buffer, long most) {
    try {
      return in.readNBytes(buffer, 0, (int) Math.min(buffer.length, most));
    } catch (IOException e) {
      throw broken(key, e);
    }
  }

  private static Failure broken(ObjectKey key, IOException e) {
    return new Failure(
        ErrorCode.WAL_DAMAGED,
        "the file " + key.fileName() + " cannot be unpacked: " + e.getMessage(),
        "Look for a whole copy of it.",
        e);
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // the folder goes with the command
    }
  }
}
