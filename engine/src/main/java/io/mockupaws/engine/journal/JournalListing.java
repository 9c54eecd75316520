package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.TimelineHistory;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.store.ObjectInfo;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Lists a journal once and joins what it finds to stretches, as the keys pass by. */
final class JournalListing {
  private static final int RELISTS = 3;

  private final ClusterRepository repository;
  private final int segmentSize;

  /** Finished segments that follow each other, and then the tails between and behind them. */
  private final NavigableMap<Timeline, List<Stretch>> finished = new TreeMap<>();

  private final NavigableMap<SegmentName, List<Piece>> pieces = new TreeMap<>();

  /** Segments that were finished after the listing had passed their place. */
  private final Set<SegmentName> late = new HashSet<>();

  JournalListing(ClusterRepository repository) {
    this.repository = repository;
    this.segmentSize = repository.identity().walSegmentSize();
  }

  /**
   * Tails are listed before segments: a segment that is finished in between is then seen at least
   * once, as pieces or as an object. The mark of what was heard comes before both: what it tells of
   * was stored before it, so that WAL missing up to there is lost and not only newer than the list.
   */
  JournalView view() {
    Optional<Heard> heard = heard();
    repository.forEach(JournalKeys.TAIL, this::piece);
    repository.forEach(JournalKeys.WAL, this::segment);
    NavigableMap<Timeline, TimelineHistory> histories = histories();
    NavigableMap<SegmentName, TailChain> tails = new TreeMap<>();
    List<Hole> cut = new ArrayList<>();
    pieces.forEach(
        (segment, found) -> {
          if (!isFinished(segment)) {
            Listed listed = chain(segment, found);
            listed.cut(segment).ifPresent(cut::add);
            if (listed.chain().end() > 0 && !isFinished(segment)) {
              tails.put(segment, listed.chain());
            }
          }
        });
    // Noted before the WAL goes: whoever missed a segment in the listings finds the note.
    Map<Timeline, Lsn> removed = new RemovedWal(repository).below();
    return new JournalView(
        segmentSize, joined(tails), tails, histories, holes(), seams(), heard, cut, removed);
  }

  private void segment(ObjectInfo object) {
    SegmentName.parse(object.key().fileName(), segmentSize)
        .ifPresent(
            name -> extend(finished, new Stretch(name.timeline(), name.start(), name.end())));
  }

  private void piece(ObjectInfo object) {
    String[] parts = object.key().value().split("/", -1);
    Optional<SegmentName> segment = SegmentName.parse(parts[parts.length - 2], segmentSize);
    Optional<Piece> piece = Piece.parse(parts[parts.length - 1]);
    if (segment.isPresent() && piece.filter(p -> p.to() <= segmentSize).isPresent()) {
      pieces.computeIfAbsent(segment.get(), _ -> new ArrayList<>()).add(piece.get());
    }
  }

  /**
   * A page of a listing may be read before a merged piece appeared, and the next one after the
   * pieces it replaced were gone; or before the rest of a segment came, and the next one after the
   * first of the following segment did. Then there seems to be a gap: the pieces are listed again.
   */
  private Listed chain(SegmentName segment, List<Piece> found) {
    int least = isFollowed(segment) ? segmentSize : 0;
    Listed listed = Listed.of(found);
    for (int i = 0; i < RELISTS && (listed.hasGap() || listed.chain().end() < least); i++) {
      List<Piece> now = new ArrayList<>();
      for (ObjectInfo object : repository.list(JournalKeys.TAIL + segment.fileName() + "/")) {
        Piece.parse(object.key().fileName()).ifPresent(now::add);
      }
      Listed again = Listed.of(now);
      if (now.isEmpty()) {
        noteIfFinished(segment);
        // a reader of the pieces finds its way to the finished segment
        return new Listed(listed.chain(), listed.chain().end());
      }
      listed = again.chain().end() >= listed.chain().end() ? again : listed;
    }
    return listed;
  }

  /**
   * The pieces of one segment.
   *
   * @param last where the last of them ends, reached by the chain or not
   */
  private record Listed(TailChain chain, int last) {
    static Listed of(List<Piece> pieces) {
      return new Listed(
          TailChain.choose(pieces), pieces.stream().mapToInt(Piece::to).max().orElse(0));
    }

    boolean hasGap() {
      return last > chain.end();
    }

    Optional<Hole> cut(SegmentName segment) {
      return hasGap()
          ? Optional.of(
              new Hole(
                  segment.timeline(),
                  segment.start().plus(chain.end()),
                  segment.start().plus(last),
                  Hole.Kind.MISSING,
                  "a piece of the tail is gone, and pieces behind it are there"))
          : Optional.empty();
    }
  }

  /** Whether something of the same timeline lies behind a segment. */
  private boolean isFollowed(SegmentName segment) {
    boolean piece =
        Optional.ofNullable(pieces.higherKey(segment))
            .filter(next -> next.timeline().equals(segment.timeline()))
            .isPresent();
    return piece
        || finished.getOrDefault(segment.timeline(), List.of()).stream()
            .anyMatch(stretch -> stretch.to().isAfter(segment.end()));
  }

  private void noteIfFinished(SegmentName segment) {
    if (repository
        .store()
        .stat(new JournalKeys(repository.prefix()).segment(segment))
        .isPresent()) {
      late.add(segment);
    }
  }

  private boolean isFinished(SegmentName segment) {
    return late.contains(segment) || isListedAsFinished(segment);
  }

  private boolean isListedAsFinished(SegmentName segment) {
    return finished.getOrDefault(segment.timeline(), List.of()).stream()
        .anyMatch(stretch -> stretch.contains(segment.start()));
  }

  private NavigableMap<Timeline, List<Stretch>> joined(NavigableMap<SegmentName, TailChain> tails) {
    NavigableMap<Timeline, List<Stretch>> all = new TreeMap<>();
    List<Stretch> parts = new ArrayList<>();
    finished.values().forEach(parts::addAll);
    late.forEach(
        segment -> parts.add(new Stretch(segment.timeline(), segment.start(), segment.end())));
    tails.forEach(
        (segment, chain) ->
            parts.add(
                new Stretch(
                    segment.timeline(), segment.start(), segment.start().plus(chain.end()))));
    parts.sort((a, b) -> a.from().compareTo(b.from()));
    parts.forEach(part -> extend(all, part));
    return all;
  }

  private static void extend(NavigableMap<Timeline, List<Stretch>> all, Stretch part) {
    List<Stretch> stretches = all.computeIfAbsent(part.timeline(), _ -> new ArrayList<>());
    if (!stretches.isEmpty() && stretches.getLast().to().equals(part.from())) {
      stretches.add(new Stretch(part.timeline(), stretches.removeLast().from(), part.to()));
    } else {
      stretches.add(part);
    }
  }

  private NavigableMap<Timeline, TimelineHistory> histories() {
    NavigableMap<Timeline, TimelineHistory> histories = new TreeMap<>();
    for (ObjectInfo object : repository.list(JournalKeys.HISTORY)) {
      String name = object.key().fileName();
      if (name.matches("[0-9A-F]{8}\\.history") && !name.startsWith("00000000")) {
        Timeline timeline = new Timeline(Integer.parseUnsignedInt(name, 0, 8, 16));
        byte[] content = repository.get(object.key(), ObjectKind.RECORD);
        histories.put(
            timeline, TimelineHistory.parse(timeline, new String(content, StandardCharsets.UTF_8)));
      }
    }
    return histories;
  }

  private List<Hole> holes() {
    List<Hole> holes = new ArrayList<>();
    for (ObjectInfo object : repository.list(JournalKeys.HOLES)) {
      Optional<Hole> named = HoleRecord.named(object.key().fileName());
      if (named.isPresent()) {
        content(object).ifPresent(bytes -> holes.add(HoleRecord.decode(named.get(), bytes)));
      }
    }
    return holes;
  }

  private List<Position> seams() {
    List<Position> seams = new ArrayList<>();
    for (ObjectInfo object : repository.list(JournalKeys.SEAMS)) {
      String name = object.key().fileName();
      if (name.matches("[0-9A-F]{8}-[0-9A-F]{16}") && !name.startsWith("00000000")) {
        seams.add(
            new Position(
                new Timeline(Integer.parseUnsignedInt(name, 0, 8, 16)),
                new Lsn(Long.parseUnsignedLong(name, 9, 25, 16))));
      }
    }
    return seams;
  }

  /** The newest mark of the newest timeline; read, so that its seal proves it. */
  private Optional<Heard> heard() {
    List<ObjectInfo> marks = repository.list(JournalKeys.HEARD);
    if (marks.isEmpty()) {
      return Optional.empty();
    }
    ObjectInfo newest = marks.getLast();
    if (content(newest).isEmpty()) {
      return Optional.empty();
    }
    String name = newest.key().fileName();
    return Optional.of(
        new Heard(
            new Timeline(Integer.parseUnsignedInt(name, 0, 8, 16)),
            new Lsn(Long.parseUnsignedLong(name, 9, 25, 16)),
            Instant.ofEpochMilli(Long.parseLong(name, 26, 42, 16))));
  }

  /** The content of a record; empty when the writer removed it since it was listed. */
  private Optional<byte[]> content(ObjectInfo object) {
    try {
      return Optional.of(repository.get(object.key(), ObjectKind.RECORD));
    } catch (Failure e) {
      if (e.code() == ErrorCode.OBJECT_MISSING) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
