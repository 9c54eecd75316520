package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.wal.WalDamage;
import io.mockupaws.core.wal.WalEvent;
import io.mockupaws.core.wal.WalRecord;
import io.mockupaws.core.wal.WalState;
import io.mockupaws.core.wal.WalWalk;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;

/**
 * Finds out what the segment files that a server left hold behind the journal's end. First the
 * bytes that both have are compared: a copy of the server, or one that was rolled back, is another
 * life. Then the records are walked, every checksum and the chain included, to the last whole one.
 * Changes nothing. Used once.
 */
final class LeftWal {
  private static final int READ_BYTES = 256 * 1024;

  /** Less than this in common says nothing of a server's life: page headers are alike. */
  private static final int ONE_PAGE = 8192;

  private final Journal journal;
  private final JournalView view;
  private final LeftFiles files;
  private final Timeline timeline;
  private final Lsn end;
  private final int segmentSize;
  private long commits;
  private Optional<Commit> lastCommit = Optional.empty();

  LeftWal(Journal journal, JournalView view, LeftFiles files, Timeline timeline, Lsn end) {
    this.journal = journal;
    this.view = view;
    this.files = files;
    this.timeline = timeline;
    this.end = end;
    this.segmentSize = journal.segmentSize();
  }

  Unshipped look() {
    Unshipped nothing =
        new Unshipped(
            files.directory(),
            timeline,
            end,
            end,
            0,
            Optional.empty(),
            files.otherThan(timeline),
            false);
    SegmentName growing = SegmentName.containing(timeline, end, segmentSize);
    if (!files.has(growing)) {
      return nothing.gap(behind(end));
    }
    Optional<Lsn> differs = firstDifference(growing);
    if (differs.isPresent()) {
      return nothing.alien("its WAL differs from the journal's at " + differs.get());
    }
    WalWalk walk = walk(growing);
    if (walk.state() instanceof WalState.Damaged(WalDamage found)
        && found.reason() == WalDamage.Reason.RECORD_CHAIN
        && commits == 0) {
      return nothing.alien("its WAL does not go on from the journal's last record");
    }
    Lsn reached = walk.lastWhole().map(span -> Lsn.max(span.end(), end)).orElse(end);
    return new Unshipped(
            files.directory(),
            timeline,
            end,
            reached,
            commits,
            lastCommit,
            nothing.foreign(),
            false)
        .gap(behind(stopped(walk)));
  }

  /** Where the walk looked for the next record. */
  private static Lsn stopped(WalWalk walk) {
    return switch (walk.state()) {
      case WalState.Reading() -> walk.position();
      case WalState.Ended ended -> ended.seenAt();
      case WalState.Damaged(WalDamage found) -> found.seenAt();
    };
  }

  /** WAL that was once written behind the place where what is there ends. */
  private Optional<String> behind(Lsn place) {
    return files
        .firstFrom(timeline, place)
        .map(
            segment ->
                "the WAL goes on at "
                    + segment.start()
                    + ", and what lies between "
                    + place
                    + " and there is missing or damaged");
  }

  /** The first byte that both have and that is not the same. */
  private Optional<Lsn> firstDifference(SegmentName growing) {
    int common = (int) end.minus(growing.start());
    Optional<Lsn> here = common == 0 ? Optional.empty() : difference(growing, growing, common);
    if (here.isPresent() || common >= ONE_PAGE || growing.number() == 0) {
      return here;
    }
    Optional<SegmentName> before = whole(growing);
    return before.filter(files::has).flatMap(name -> difference(name, name, segmentSize));
  }

  private Optional<Lsn> difference(SegmentName theirs, SegmentName ours, int length) {
    byte[] one = new byte[READ_BYTES];
    byte[] other = new byte[READ_BYTES];
    try (InputStream left = files.open(theirs);
        InputStream right = journal.open(view, ours)) {
      for (int at = 0; at < length; ) {
        int wanted = Math.min(READ_BYTES, length - at);
        int count = left.readNBytes(one, 0, wanted);
        int known = right.readNBytes(other, 0, wanted);
        int differs = Arrays.mismatch(one, 0, count, other, 0, known);
        if (differs >= 0) {
          return Optional.of(theirs.start().plus(at + differs));
        }
        at += wanted;
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The journal's segments before, from one in which a record begins, then the directory's. */
  private WalWalk walk(SegmentName growing) {
    Deque<SegmentName> before = before(growing);
    Lsn start = before.isEmpty() ? growing.start() : before.getFirst().start();
    WalWalk walk = new WalWalk(segmentSize, timeline, start, this::record);
    for (SegmentName segment : before) {
      feed(walk, journal.open(view, segment));
    }
    SegmentName segment = growing;
    while (walk.state() instanceof WalState.Reading && files.has(segment)) {
      feed(walk, files.open(segment));
      segment = segment.next();
    }
    return walk;
  }

  private Deque<SegmentName> before(SegmentName growing) {
    Deque<SegmentName> before = new ArrayDeque<>();
    Optional<SegmentName> at = whole(growing);
    while (at.isPresent()) {
      SegmentName segment = at.get();
      before.addFirst(segment);
      boolean begins =
          journal
              .index(view, segment)
              .first()
              .filter(span -> !span.start().isBefore(segment.start()))
              .isPresent();
      at = begins ? Optional.empty() : whole(segment);
    }
    return before;
  }

  /** The segment before, where the journal has all of it. */
  private Optional<SegmentName> whole(SegmentName segment) {
    return segment.number() == 0
        ? Optional.empty()
        : view.segmentAt(timeline, segment.start().plus(-1))
            .filter(name -> view.length(name) == segmentSize);
  }

  private static void feed(WalWalk walk, InputStream bytes) {
    byte[] buffer = new byte[READ_BYTES];
    try (bytes) {
      for (int count = bytes.read(buffer); count > 0; count = bytes.read(buffer)) {
        walk.feed(ByteBuffer.wrap(buffer, 0, count));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void record(WalRecord record) {
    boolean newer = record.end().isAfter(end);
    if (newer
        && WalEvent.of(record).orElse(null) instanceof WalEvent.TransactionEnd ended
        && ended.committed()) {
      commits++;
      lastCommit = Optional.of(new Commit(ended.time(), ended.xid(), record.start(), record.end()));
    }
  }

  /** The path of a directory's WAL: the directory itself, or {@code pg_wal} in it. */
  static Path in(Path directory) {
    Path inside = directory.resolve("pg_wal");
    return java.nio.file.Files.isDirectory(inside) ? inside : directory;
  }
}
