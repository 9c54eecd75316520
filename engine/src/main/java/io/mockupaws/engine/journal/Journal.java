package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.wal.WalSink;
import io.mockupaws.core.wal.WalState;
import io.mockupaws.core.wal.WalWalk;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.LeaseRole;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The journal of a cluster, read. Safe for use by many threads. What it knows of the repository is
 * as old as the {@link JournalView} it is asked with.
 */
public final class Journal {
  /** Indexes of finished segments never change; this many are kept. */
  private static final int CACHED_INDEXES = 4096;

  private static final int COPY_BYTES = 256 * 1024;

  private final ClusterRepository repository;
  private final JournalKeys keys;
  private final int segmentSize;
  private final Map<SegmentName, SegmentIndex> indexes = new ConcurrentHashMap<>();

  /** Those at seams, with the record that goes across. */
  private final Map<SegmentName, SegmentIndex> joined = new ConcurrentHashMap<>();

  /** The journal in a cluster's part of a repository. */
  public Journal(ClusterRepository repository) {
    this.repository = repository;
    this.keys = new JournalKeys(repository.prefix());
    this.segmentSize = repository.identity().walSegmentSize();
  }

  /** Lists what there is. */
  public JournalView view() {
    return new JournalListing(repository).view();
  }

  /** Bytes of a segment of this cluster's WAL. */
  public int segmentSize() {
    return segmentSize;
  }

  /**
   * The bytes of a segment that the view has, from its start; fewer than a segment's size where it
   * is the tail. The caller closes the stream.
   *
   * @throws Failure WAL_HOLE when there are none
   */
  public InputStream open(JournalView view, SegmentName segment) {
    int length = view.length(segment);
    if (length == 0) {
      throw new Failure(
          ErrorCode.WAL_HOLE,
          "the repository does not have the WAL segment " + segment,
          "See with mockupaws window what can be recovered.");
    }
    return new SegmentInput(repository, segment, length, view.tail(segment));
  }

  /**
   * Writes a segment in full size: what the view has of it, and zeros behind.
   *
   * @return how many bytes are not padding
   * @throws Failure WAL_HOLE when there is nothing of it; LOCAL_FILE when {@code to} fails
   */
  public int read(JournalView view, SegmentName segment, OutputStream to) {
    byte[] buffer = new byte[COPY_BYTES];
    int length = 0;
    try (InputStream in = open(view, segment)) {
      for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
        to.write(buffer, 0, count);
        length += count;
      }
      byte[] zeros = new byte[COPY_BYTES];
      for (int at = length; at < segmentSize; at += Math.min(zeros.length, segmentSize - at)) {
        to.write(zeros, 0, Math.min(zeros.length, segmentSize - at));
      }
      return length;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What the records of a segment say. Of a tail, up to the end that the view has.
   *
   * @throws Failure WAL_HOLE when the view has nothing of it
   */
  public SegmentIndex index(JournalView view, SegmentName segment) {
    if (!view.isFresh(segment)) {
      return own(view, segment);
    }
    Optional<SegmentIndex> known = Optional.ofNullable(joined.get(segment));
    return known.orElseGet(() -> joined(view, segment));
  }

  /**
   * The index of a segment that may have been made without the one before: a record that goes on
   * from there ends here all the same.
   */
  private SegmentIndex joined(JournalView view, SegmentName segment) {
    SegmentIndex own = own(view, segment);
    Lsn begin = segment.start();
    Optional<SegmentName> before =
        own.first().filter(span -> span.start().isBefore(begin)).isPresent()
            ? Optional.empty()
            : view.segmentAt(segment.timeline(), begin.plus(-1));
    if (before.filter(name -> endsOpen(view, name)).isEmpty()) {
      return own;
    }
    IndexBuilder builder = new IndexBuilder();
    builder.begin(begin);
    new JournalWalk(this, view, segment.timeline())
        .some(
            begin.plus(-1),
            begin,
            record -> {
              if (record.end().isAfter(begin)) {
                builder.record(record);
              }
              return true;
            });
    SegmentIndex record = builder.snapshot(0, new WalState.Reading(), false);
    SegmentIndex all = record.first().isEmpty() ? own : own.behind(record);
    if (view.tail(segment).isEmpty()) {
      joined.put(segment, all);
    }
    return all;
  }

  private boolean endsOpen(JournalView view, SegmentName segment) {
    try {
      return own(view, segment).open().isPresent();
    } catch (Failure e) {
      if (e.code() == ErrorCode.DAMAGED_OBJECT) {
        return false; // what is told of this one must not hang on the one before
      }
      throw e;
    }
  }

  /** As it was made: where that was without the segment before, it lacks what began there. */
  SegmentIndex own(JournalView view, SegmentName segment) {
    Optional<SegmentIndex> known = Optional.ofNullable(indexes.get(segment));
    if (known.isPresent()) {
      return known.get();
    }
    Optional<TailChain> tail = view.tail(segment);
    if (tail.isPresent()) {
      Piece last = tail.get().pieces().getLast();
      Optional<SegmentIndex> index = trailer(segment, last);
      return index.orElseGet(() -> computed(view, segment));
    }
    if (view.length(segment) == 0) {
      throw new Failure(
          ErrorCode.WAL_HOLE,
          "the repository does not have the WAL segment " + segment,
          "See with mockupaws window what can be recovered.");
    }
    return finishedIndex(segment);
  }

  /** Of a piece that may have been merged or finished since it was listed: then empty. */
  private Optional<SegmentIndex> trailer(SegmentName segment, Piece piece) {
    try {
      byte[] trailer = repository.trailer(keys.piece(segment, piece), ObjectKind.TAIL);
      return Optional.of(SegmentIndexJson.decode(segment.fileName(), trailer));
    } catch (Failure e) {
      if (e.code() == ErrorCode.OBJECT_MISSING) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Reads the bytes that the view has: the piece whose trailer said it is gone. */
  private SegmentIndex computed(JournalView view, SegmentName segment) {
    IndexBuilder builder = new IndexBuilder();
    Optional<SegmentName> before = view.segmentAt(segment.timeline(), segment.start().plus(-1));
    before.ifPresent(name -> builder.carry(own(view, name)));
    builder.begin(segment.start());
    Lsn end = segment.start().plus(view.length(segment));
    JournalWalk.Step step =
        record -> {
          if (record.end().isAfter(segment.start())) {
            builder.record(record);
          }
          return true;
        };
    JournalWalk reading = new JournalWalk(this, view, segment.timeline());
    WalWalk walk =
        before.isPresent()
            ? reading.some(segment.start().plus(-1), end, step)
            : reading.behind(segment, end, step);
    WalState state = walk.state();
    return builder.snapshot(view.length(segment), state, false);
  }

  private SegmentIndex finishedIndex(SegmentName segment) {
    byte[] trailer = repository.trailer(keys.segment(segment), ObjectKind.SEGMENT);
    SegmentIndex index = SegmentIndexJson.decode(segment.fileName(), trailer);
    if (indexes.size() >= CACHED_INDEXES) {
      indexes.clear();
    }
    indexes.put(segment, index);
    return index;
  }

  /**
   * Hands every record that begins at or behind {@code from} and before {@code to} to {@code sink},
   * in order, on the way to a timeline.
   *
   * @throws Failure WAL_HOLE where WAL is missing, WAL_DAMAGED where it cannot be read
   */
  public void walk(JournalView view, Timeline branch, Lsn from, Lsn to, WalSink sink) {
    new JournalWalk(this, view, branch).all(from, to, sink);
  }

  /**
   * The same from where a segment begins, behind WAL that cannot be read: the record that goes on
   * into it is passed over.
   *
   * @throws Failure WAL_HOLE where WAL is missing, WAL_DAMAGED where it cannot be read
   */
  public void walkBehind(JournalView view, Timeline branch, Lsn from, Lsn to, WalSink sink) {
    new JournalWalk(this, view, branch).allBehind(from, to, sink);
  }

  /**
   * The journal as it is; where a segment in the middle is on its way, once that has come. Takes
   * three seconds where WAL is missing that no record explains, and a stream runs.
   */
  public JournalView settledView() {
    return new SettledView(repository, this::view).get();
  }

  /**
   * Whether WAL that is missing from a position on is on its way: something lies behind it already,
   * no record explains it, and a stream lives that may be storing it.
   */
  public boolean isArriving(JournalView view, Lsn missing) {
    return view.unexplained().stream().anyMatch(gap -> gap.from().equals(missing))
        && repository.isHeld(LeaseRole.JOURNAL);
  }

  /** What can be recovered on the way to the newest timeline; empty when the journal is. */
  public Optional<Window> window(JournalView view) {
    return view.newestTimeline().map(timeline -> window(view, timeline));
  }

  /** What can be recovered on the way to a timeline. */
  public Window window(JournalView view, Timeline branch) {
    return window(view, branch, repository.backups());
  }

  /**
   * What can be recovered on the way to a timeline from some of the backups.
   *
   * @param backups those that count
   */
  public Window window(JournalView view, Timeline branch, List<ManifestHead> backups) {
    return new WindowFinder(this, view, branch).window(backups);
  }

  /**
   * How much WAL the server has written lately, in bytes a second; empty when too little can be
   * recovered to tell.
   */
  public OptionalDouble production(JournalView view, Window window, Duration lately) {
    return new WalProduction(this, view).of(window, lately);
  }

  /**
   * The holes on the way to a timeline that are on record and have no backup behind them: what lies
   * behind such a one cannot be recovered. A damaged manifest is no backup.
   */
  public List<Hole> uncovered(JournalView view, Timeline branch) {
    List<ManifestHead> backups = repository.readableBackups((id, failure) -> {});
    return new WindowFinder(this, view, branch).uncovered(backups);
  }

  /** The timelines that are known by their WAL, a history or a backup; rising. */
  public List<TimelineState> timelines(JournalView view) {
    return new TimelineFinder(this, view, repository.backups()).all();
  }

  /**
   * What can be recovered on the way to a timeline from some of the backups.
   *
   * @param backups those that count
   */
  public List<Window.Range> ranges(JournalView view, Timeline branch, List<ManifestHead> backups) {
    return new WindowFinder(this, view, branch).ranges(backups);
  }

  /** How far WAL can be replayed from a position on the way to a timeline: to the first hole. */
  public Lsn limit(JournalView view, Timeline branch, Lsn from) {
    return new WindowFinder(this, view, branch).limit(from);
  }

  /**
   * Where the holes end that begin at a position on the way to a timeline, or reach over it; the
   * position itself where there are none.
   */
  public Lsn behindHoles(JournalView view, Timeline branch, Lsn at) {
    return new WindowFinder(this, view, branch).behindHoles(at);
  }

  /** What lay behind the end of the WAL on the way to a timeline, and is gone. */
  public List<Hole> lostEnds(JournalView view, Timeline branch) {
    return new WindowFinder(this, view, branch).lostEnds();
  }

  /**
   * The timelines beside the way to one of them that were written at a time too, or behind it,
   * where that time is not common to both: what it means then depends on the timeline.
   */
  public List<Timeline> alsoAt(JournalView view, Timeline branch, Instant time) {
    return new SharedTime(this, view, branch).others(time);
  }

  /** Where the summary of a finished segment's changes lies, if it has one. */
  public ObjectKey summaryKey(SegmentName segment) {
    return keys.summary(segment);
  }

  /** The objects from which the bytes of a segment are read, in their order. */
  public List<WalObject> objects(JournalView view, SegmentName segment) {
    Optional<TailChain> tail = view.tail(segment);
    if (tail.isPresent()) {
      return tail.get().pieces().stream()
          .map(
              piece ->
                  new WalObject(
                      keys.piece(segment, piece),
                      ObjectKind.TAIL,
                      segment.start().plus(piece.from())))
          .toList();
    }
    return List.of(new WalObject(keys.segment(segment), ObjectKind.SEGMENT, segment.start()));
  }

  /**
   * Finds the record that a target means, for a recovery from a backup.
   *
   * @throws Failure TARGET_OUTSIDE_WINDOW, TARGET_IN_HOLE: with what can be reached instead
   */
  public ResolvedTarget resolve(
      JournalView view, TargetRequest request, Timeline branch, ManifestHead backup) {
    return new TargetResolver(this, view, branch, backup).resolve(request);
  }

  /**
   * Where the record begins that a target names by what it says, from a position on, on the way to
   * a timeline. To choose a backup by it; whether it can be reached, only {@link #resolve} tells.
   *
   * @throws Failure TARGET_OUTSIDE_WINDOW when there is none, TARGET_AMBIGUOUS
   */
  public Lsn locate(JournalView view, TargetRequest.Recorded request, Timeline branch, Lsn from) {
    Lsn to = view.end(branch).orElse(from);
    EventSearch search = new EventSearch(this, view, branch, from, to);
    return switch (request) {
      case TargetRequest.AtTransaction transaction ->
          search
              .end(transaction.xid())
              .map(end -> end.record().start())
              .orElseThrow(
                  () -> notThere(view, branch, "no end of transaction " + transaction.xid()));
      case TargetRequest.AtName(String name) ->
          search.points(name).stream()
              .findFirst()
              .map(Moment::lsn)
              .orElseThrow(() -> notThere(view, branch, "no restore point " + name));
    };
  }

  private Failure notThere(JournalView view, Timeline branch, String what) {
    return window(view, branch)
        .refused(
            ErrorCode.TARGET_OUTSIDE_WINDOW,
            "there is " + what + " behind the end of the first backup");
  }
}
