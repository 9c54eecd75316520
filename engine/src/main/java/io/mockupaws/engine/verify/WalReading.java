package io.mockupaws.engine.verify;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.FrameReader;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.wal.WalDamage;
import io.mockupaws.core.wal.WalState;
import io.mockupaws.core.wal.WalWalk;
import io.mockupaws.engine.journal.Hole;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.journal.SegmentChanges;
import io.mockupaws.engine.journal.Stretch;
import io.mockupaws.engine.journal.WalObject;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.SealedInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the WAL of stretches, every object whole and every record's checksum. Behind what cannot be
 * read it goes on with the next segment. What it finds become holes: no recovery passes them.
 */
final class WalReading {
  private static final int BUFFER = 256 << 10;

  private final ClusterRepository cluster;
  private final Journal journal;
  private final JournalView view;
  private final Findings findings;
  private final Watcher watcher;
  private final Checked checked;
  private final List<Hole> holes = new ArrayList<>();
  private final byte[] buffer = new byte[BUFFER];
  private final SegmentChanges changes = new SegmentChanges();
  private final SummaryCheck summaries;

  WalReading(
      ClusterRepository cluster,
      Journal journal,
      JournalView view,
      Findings findings,
      Watcher watcher,
      Checked checked) {
    this.cluster = cluster;
    this.journal = journal;
    this.view = view;
    this.findings = findings;
    this.watcher = watcher;
    this.checked = checked;
    this.summaries = new SummaryCheck(cluster, journal, findings);
  }

  /** What cannot be read. */
  List<Hole> holes() {
    return holes;
  }

  /** Reads a stretch from the segment on that has {@code from}. */
  void read(Stretch stretch, Lsn from) {
    int size = cluster.identity().walSegmentSize();
    Lsn begin = Lsn.max(stretch.from(), from.segmentStart(size));
    SegmentName segment = SegmentName.containing(stretch.timeline(), begin, size);
    Optional<WalWalk> walk = Optional.empty();
    Optional<SegmentName> again = Optional.empty();
    // Whether what lies before has the bytes with which the earlier run went on from there.
    boolean known = true;
    while (segment.start().isBefore(stretch.to())) {
      Optional<Checked.Unit> unit = unit(segment);
      Optional<CheckedNote> note = unit.flatMap(Checked.Unit::recall);
      if (known && note.isPresent()) {
        unit.get().takenOver(note.get(), 0, size);
        watcher.done(size);
        walk = Optional.empty();
        again = SegmentName.parse(note.get().shown().again(), size);
      } else {
        WalWalk going = walk.isPresent() ? walk.get() : begin(segment, again);
        boolean whole = look(segment, going);
        boolean summed = !whole || unit.isEmpty() || summaries.holds(segment, changes.seen());
        if (whole && summed && unit.isPresent()) {
          keep(unit.get(), segment, going);
        }
        known = note.isPresent() || !whole;
        walk = whole ? Optional.of(going) : Optional.empty();
        again = Optional.empty();
      }
      segment = segment.next();
    }
  }

  /** A tail is not kept: it grows. */
  private Optional<Checked.Unit> unit(SegmentName segment) {
    WalObject first = journal.objects(view, segment).getFirst();
    return first.kind() == ObjectKind.SEGMENT
        ? Optional.of(checked.segment(segment, first.key()))
        : Optional.empty();
  }

  /** Reads once more what was read before, from where the record begins that goes across. */
  private WalWalk begin(SegmentName segment, Optional<SegmentName> again) {
    SegmentName before = again.orElse(segment);
    WalWalk walk = walk(before);
    while (before.compareTo(segment) < 0) {
      boolean whole = look(before, walk);
      before = before.next();
      walk = whole ? walk : walk(before);
    }
    return walk;
  }

  private static void keep(Checked.Unit unit, SegmentName segment, WalWalk walk) {
    walk.lastWhole()
        .map(span -> SegmentName.containing(segment.timeline(), span.end(), segment.segmentSize()))
        .ifPresent(
            again -> unit.keep(new CheckedNote.Shown(List.of(), List.of(), again.fileName())));
  }

  private WalWalk walk(SegmentName segment) {
    return new WalWalk(segment.segmentSize(), segment.timeline(), segment.start(), changes);
  }

  /** Whether the walk can go on behind the segment. */
  private boolean look(SegmentName segment, WalWalk walk) {
    List<WalObject> objects = journal.objects(view, segment);
    Optional<Lsn> broken = Optional.empty();
    changes.begin(walk);
    if (objects.getFirst().kind() == ObjectKind.SEGMENT) {
      broken = finished(segment, objects.getFirst(), walk);
    } else {
      broken = pieces(segment, objects);
      if (broken.isEmpty()) {
        broken = tail(segment, objects.getLast(), walk);
      }
    }
    if (broken.isEmpty() && walk.state() instanceof WalState.Damaged damaged) {
      broken = Optional.of(records(segment, objects.getLast(), damaged.damage()));
    }
    broken.ifPresent(from -> hole(segment, from));
    return broken.isEmpty();
  }

  private Optional<Lsn> finished(SegmentName segment, WalObject object, WalWalk walk) {
    try (SealedInput in = cluster.open(object.key(), ObjectKind.SEGMENT)) {
      long bytes = feed(in, walk);
      if (bytes != segment.segmentSize()) {
        throw FrameReader.damaged(object.key(), "it holds " + bytes + " bytes of WAL");
      }
      journal.index(view, segment);
      return Optional.empty();
    } catch (Failure e) {
      findings.add(object.key(), e);
      return Optional.of(segment.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long feed(InputStream in, WalWalk walk) throws IOException {
    long bytes = 0;
    for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
      walk.feed(ByteBuffer.wrap(buffer, 0, count));
      watcher.done(count);
      bytes += count;
    }
    return bytes;
  }

  /** A piece that is gone since it was listed was merged, or its segment finished. */
  private Optional<Lsn> pieces(SegmentName segment, List<WalObject> objects) {
    Optional<Lsn> broken = Optional.empty();
    for (WalObject object : objects) {
      try (SealedInput in = cluster.open(object.key(), ObjectKind.TAIL)) {
        in.trailer();
      } catch (Failure e) {
        if (e.code() != ErrorCode.OBJECT_MISSING) {
          findings.add(object.key(), e);
          // the index of a tail is the last piece's
          Lsn from = object.equals(objects.getLast()) ? segment.start() : object.from();
          broken = Optional.of(broken.filter(before -> before.isBefore(from)).orElse(from));
        }
      }
    }
    return broken;
  }

  private Optional<Lsn> tail(SegmentName segment, WalObject last, WalWalk walk) {
    try (InputStream in = journal.open(view, segment)) {
      feed(in, walk);
      journal.index(view, segment);
      return Optional.empty();
    } catch (Failure e) {
      findings.add(last.key(), e);
      return Optional.of(segment.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Lsn records(SegmentName segment, WalObject object, WalDamage damage) {
    boolean known =
        view.holes().stream()
            .anyMatch(
                hole ->
                    hole.timeline().equals(segment.timeline())
                        && hole.kind() == Hole.Kind.DAMAGED
                        && hole.touches(damage.lsn(), segment.end()));
    if (!known) {
      findings.add(Finding.Kind.CONTENT, object.key().value(), damage.toString());
    }
    return damage.lsn();
  }

  private void hole(SegmentName segment, Lsn from) {
    Lsn end = segment.start().plus(view.length(segment));
    holes.add(
        new Hole(segment.timeline(), from, end, Hole.Kind.DAMAGED, "found by this verification"));
  }
}
