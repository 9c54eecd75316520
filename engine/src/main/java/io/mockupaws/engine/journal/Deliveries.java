package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.TimelineHistory;
import io.mockupaws.core.wal.SegmentHeader;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Right;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Takes WAL into the journal that comes as files and not through a stream: of {@code
 * archive_command}, of another archive, of a lost server's {@code pg_wal}. Each file is held
 * against what the journal has of it and around it, its records are walked, and it is durable in
 * the repository when the call returns. In any order, and again and again: what is there stays.
 *
 * <p>Beside a stream it may write the same segments: both make the same object, and the one that
 * comes second compares. Not for use by several threads at once.
 */
public final class Deliveries {
  private final ClusterRepository repository;
  private final JournalKeys keys;
  private final Right right;
  private final InstantSource clock;
  private final JournalSettings.OnDamage onDamage;
  private final boolean backupsCount;
  private final KnownSegments known;
  private final DeliveredWalk walk;
  private final Uploads uploads;

  /**
   * Deliveries by the holder of the journal's right, where no stream runs.
   *
   * @param onDamage whether a whole segment with a broken record is stored, with a hole recorded,
   *     or refused
   */
  public Deliveries(
      ClusterRepository repository,
      Right right,
      InstantSource clock,
      JournalSettings.OnDamage onDamage) {
    this(repository, right, clock, onDamage, new Line());
  }

  /** Refuses every damaged segment: it comes from where there may be a better one. */
  static Deliveries ofWhole(ClusterRepository repository, Right right, InstantSource clock) {
    return new Deliveries(
        repository, right, clock, JournalSettings.OnDamage.HOLD, new Line(), false);
  }

  /** As above, beside a stream that has a part of the journal in its spool. */
  Deliveries(
      ClusterRepository repository,
      Right right,
      InstantSource clock,
      JournalSettings.OnDamage onDamage,
      Line line) {
    this(repository, right, clock, onDamage, line, true);
  }

  private Deliveries(
      ClusterRepository repository,
      Right right,
      InstantSource clock,
      JournalSettings.OnDamage onDamage,
      Line line,
      boolean backupsCount) {
    this.backupsCount = backupsCount;
    this.repository = repository;
    this.keys = new JournalKeys(repository.prefix());
    this.right = right;
    this.clock = clock;
    this.onDamage = onDamage;
    this.known = new KnownSegments(repository, line);
    this.walk = new DeliveredWalk(known);
    this.uploads = new Uploads(repository, right);
  }

  /**
   * Takes a segment that the server has finished.
   *
   * @throws Failure OTHER_LIFE, FOREIGN_CLUSTER or WAL_DAMAGED: refused, nothing was changed; what
   *     the file, the store or the lease fail with: may be tried again
   */
  public Delivered whole(SegmentName segment, Path path) {
    SpoolFile file = SpoolFile.ofOthers(path, segment);
    try {
      if (file.length() != segment.segmentSize()) {
        throw damaged(segment, "it has " + file.length() + " bytes");
      }
      checkHeader(segment, file);
      Optional<Delivered> there = compareWhole(segment, file);
      return there.isPresent() ? there.get() : storeWhole(segment, file);
    } finally {
      file.close();
    }
  }

  /**
   * Compares a finished segment with what the repository has; empty when it does not have all of
   * it. Needs no lease and changes nothing.
   *
   * @throws Failure OTHER_LIFE
   */
  static Optional<Delivered> look(ClusterRepository repository, SegmentName segment, Path path) {
    KnownSegments known = new KnownSegments(repository, new Line());
    if (!known.isStored(segment)) {
      return Optional.empty();
    }
    SpoolFile file = SpoolFile.ofOthers(path, segment);
    try {
      int size = segment.segmentSize();
      int equal =
          SegmentComparison.of(known, segment, segment, file, Math.min(size, file.length()));
      return equal == size
          ? Optional.of(Delivered.whole(Delivered.Outcome.KNOWN, size))
          : Optional.empty();
    } finally {
      file.close();
    }
  }

  /**
   * Takes a segment that the server may not have finished, up to its last whole record: the file
   * may have any length, and anything may lie behind the end of the WAL in it.
   *
   * @throws Failure as {@link #whole}
   */
  public Delivered growing(SegmentName segment, Path path) {
    SpoolFile file = SpoolFile.ofOthers(path, segment);
    try {
      checkHeader(segment, file);
      TimelineHistory history = history(segment.timeline());
      compareFork(segment, file, history);
      DeliveredWalk.Read read = walk.read(segment, file, new Before(known).of(segment, history));
      int whole = read.whole();
      if (whole == segment.segmentSize()) {
        Optional<Delivered> there = compareWhole(segment, file);
        return there.isPresent() ? there.get() : store(segment, file, read);
      }
      int ours = compare(segment, file, whole);
      if (ours >= whole) {
        return Delivered.whole(Delivered.Outcome.KNOWN, ours);
      }
      OpenSegment open = new OpenSegment(segment, file, whole, ours);
      uploads.piece(open, new Piece(ours, whole), walk.tail(whole));
      return Delivered.whole(Delivered.Outcome.STORED, whole);
    } finally {
      file.close();
    }
  }

  /**
   * Takes a timeline's history file.
   *
   * @param takesOver whether that of a restored copy is taken too
   * @throws Failure OTHER_LIFE when the repository has another one, or it is a restored copy's;
   *     WAL_DAMAGED when it is none
   */
  public Delivered.Outcome history(Timeline timeline, byte[] content, boolean takesOver) {
    TimelineHistory history =
        TimelineHistory.parse(timeline, new String(content, StandardCharsets.UTF_8));
    Optional<byte[]> ours = known.history(timeline);
    if (ours.isEmpty()) {
      if (!takesOver) {
        Succession.demand(history, this::isAccepted);
      }
      right.check();
      repository.put(keys.history(timeline), ObjectKind.RECORD, content);
      return Delivered.Outcome.STORED;
    }
    if (!Arrays.equals(ours.get(), content)) {
      throw new Failure(
          ErrorCode.OTHER_LIFE,
          "the file "
              + timeline.historyFileName()
              + " is refused: the repository has another one of that name",
          "Another server began this timeline too. Give it a cluster of its own: mockupaws init"
              + " --cluster NAME.");
    }
    return Delivered.Outcome.KNOWN;
  }

  /** Whether the journal has gone on with a timeline, though its history may have been lost. */
  private boolean isAccepted(Timeline timeline) {
    return hasHistory(timeline)
        || !new JournalListing(repository).view().stretches(timeline).isEmpty();
  }

  /** Whether the repository has a timeline's history file; the first timeline needs none. */
  public boolean hasHistory(Timeline timeline) {
    return timeline.id() == 1 || known.history(timeline).isPresent();
  }

  private void checkHeader(SegmentName segment, SpoolFile file) {
    ByteArrayOutputStream beginning = new ByteArrayOutputStream(SegmentHeader.BYTES);
    file.read(
        0,
        Math.min(file.length(), SegmentHeader.BYTES),
        part -> beginning.write(part.array(), part.arrayOffset(), part.remaining()));
    SegmentHeader header =
        SegmentHeader.read(beginning.toByteArray())
            .orElseThrow(() -> damaged(segment, "it does not begin as a WAL segment"));
    ClusterIdentity identity = repository.identity();
    if (header.systemIdentifier() != identity.systemIdentifier()) {
      throw new Failure(
          ErrorCode.FOREIGN_CLUSTER,
          "the file of the WAL segment "
              + segment
              + " is of a server with the system identifier "
              + Long.toUnsignedString(header.systemIdentifier())
              + ", the cluster "
              + identity.name()
              + " has "
              + Long.toUnsignedString(identity.systemIdentifier()),
          "Name the server's own cluster with --cluster, or enter it: mockupaws init.");
    }
    if (!header.address().equals(segment.start())
        || header.segmentSize() != segment.segmentSize()
        || Integer.compareUnsigned(header.timeline(), segment.timeline().id()) > 0) {
      throw damaged(
          segment,
          "it says that it begins at "
              + header.address()
              + " of timeline "
              + Integer.toUnsignedString(header.timeline()));
    }
  }

  private static Failure damaged(SegmentName segment, String why) {
    return new Failure(
        ErrorCode.WAL_DAMAGED,
        "the file of the WAL segment " + segment + " is refused: " + why,
        "Deliver the file as PostgreSQL wrote it; what the repository has stays.");
  }

  private TimelineHistory history(Timeline timeline) {
    if (timeline.id() == 1) {
      return new TimelineHistory(timeline, List.of());
    }
    byte[] content =
        known
            .history(timeline)
            .orElseThrow(
                () ->
                    new Failure(
                        ErrorCode.WAL_HOLE,
                        "the repository lacks "
                            + timeline.historyFileName()
                            + ", without which WAL of that timeline leads nowhere",
                        "Deliver that file first; the server has it in its pg_wal."));
    return TimelineHistory.parse(timeline, new String(content, StandardCharsets.UTF_8));
  }

  /** Empty when the journal does not have all of the segment. */
  private Optional<Delivered> compareWhole(SegmentName segment, SpoolFile file) {
    int size = segment.segmentSize();
    int ours = compare(segment, file, size);
    return ours == size && known.isStored(segment)
        ? Optional.of(Delivered.whole(Delivered.Outcome.KNOWN, size))
        : Optional.empty();
  }

  /** How many bytes the journal has; those that both have are equal. */
  private int compare(SegmentName segment, SpoolFile file, int length) {
    return SegmentComparison.of(known, segment, segment, file, length);
  }

  /** What was copied from the parent when the timeline began must be ours. */
  private void compareFork(SegmentName segment, SpoolFile file, TimelineHistory history) {
    Lsn fork = history.begin();
    if (fork.isBefore(segment.start()) || !fork.isBefore(segment.end())) {
      return;
    }
    Timeline parent = history.ancestors().getLast().parent();
    SegmentName left = SegmentName.containing(parent, segment.start(), segment.segmentSize());
    int shared = Math.min((int) fork.minus(segment.start()), file.length());
    SegmentComparison.of(known, left, segment, file, shared);
  }

  private Delivered storeWhole(SegmentName segment, SpoolFile file) {
    TimelineHistory history = history(segment.timeline());
    compareFork(segment, file, history);
    return store(segment, file, walk.read(segment, file, new Before(known).of(segment, history)));
  }

  /** Seams and damage are on record before the segment is. */
  private Delivered store(SegmentName segment, SpoolFile file, DeliveredWalk.Read read) {
    Optional<Hole> damage =
        read.fault()
            .map(
                fault ->
                    new Hole(
                        segment.timeline(),
                        Lsn.max(fault.from(), segment.start()),
                        segment.end(),
                        Hole.Kind.DAMAGED,
                        "the file has a broken record: " + fault.what()));
    damage.filter(this::isRefused).ifPresent(hole -> refuse(segment, hole));
    SegmentName next = segment.next();
    Optional<SegmentName> follower =
        known.isStored(next) || known.tail(next).end() > 0 ? Optional.of(next) : Optional.empty();
    if (damage.isEmpty()) {
      walk.stored(segment, follower);
    }
    right.check();
    if (!read.linked()) {
      seam(segment.timeline(), segment.start());
    }
    follower.ifPresent(_ -> seam(segment.timeline(), segment.end()));
    damage.ifPresent(this::record);
    OpenSegment open = new OpenSegment(segment, file, segment.segmentSize(), 0);
    open.summary = read.summary();
    uploads.segment(open, read.index());
    Optional<String> unsummarised = uploads.summary(open);
    uploads.removePieces(open);
    return new Delivered(Delivered.Outcome.STORED, segment.segmentSize(), damage, unsummarised);
  }

  private boolean isRefused(Hole hole) {
    return switch (onDamage) {
      case GO_ON -> false;
      case HOLD -> !backupsCount || !hasBackupBehind(hole);
    };
  }

  private boolean hasBackupBehind(Hole hole) {
    return repository.readableBackups((id, failure) -> {}).stream()
        .filter(backup -> backup.timeline().equals(hole.timeline()))
        .anyMatch(backup -> !backup.start().isBefore(hole.to()));
  }

  private static void refuse(SegmentName segment, Hole hole) {
    throw damaged(segment, hole.reason());
  }

  private void seam(Timeline timeline, Lsn at) {
    repository.put(keys.seam(timeline, at), ObjectKind.RECORD, new byte[0]);
  }

  private void record(Hole hole) {
    repository.put(
        keys.hole(hole.timeline(), hole.from(), hole.to()),
        ObjectKind.RECORD,
        new HoleRecord(hole, clock.instant()).encode());
  }
}
