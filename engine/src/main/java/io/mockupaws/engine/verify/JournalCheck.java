package io.mockupaws.engine.verify;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.TimelineHistory;
import io.mockupaws.engine.journal.Hole;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.journal.Stretch;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.store.ObjectInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Verifies the journal, from where some backups begin. */
final class JournalCheck {
  private static final int LOOKS = 3;

  private final ClusterRepository cluster;
  private final Journal journal;
  private final Findings findings;
  private final VerifyListener listener;
  private final Checked checked;
  private final List<Stretch> read = new ArrayList<>();
  private long walBytes;

  JournalCheck(
      ClusterRepository cluster, Findings findings, VerifyListener listener, Checked checked) {
    this.cluster = cluster;
    this.journal = new Journal(cluster);
    this.findings = findings;
    this.listener = listener;
    this.checked = checked;
  }

  Journal journal() {
    return journal;
  }

  long walBytes() {
    return walBytes;
  }

  /** What the journal has; empty when a record cannot be read without which it says nothing. */
  Optional<JournalView> view() {
    boolean readable = true;
    for (String folder : List.of("history/", "holes/", "heard/")) {
      for (ObjectInfo object : cluster.list(folder)) {
        readable &= isReadable(object.key());
      }
    }
    for (String folder :
        List.of(
            "catalogue/",
            "configuration/",
            "measured/",
            "removed/",
            "holds/",
            "expired/",
            "cleanups/",
            "runs/")) {
      cluster.list(folder).forEach(object -> isReadable(object.key())); // nothing hangs on them
    }
    if (!readable) {
      return Optional.empty();
    }
    try {
      return Optional.of(settled());
    } catch (Failure e) {
      findings.add(cluster.key("history"), e);
      return Optional.empty();
    }
  }

  private boolean isReadable(ObjectKey key) {
    try {
      cluster.get(key, ObjectKind.RECORD);
      return true;
    } catch (Failure e) {
      if (e.code() == ErrorCode.OBJECT_MISSING) {
        return true; // removed since it was listed, as a healed hole is
      }
      findings.add(key, e);
      return false;
    }
  }

  /** A stream that writes meanwhile can make an end look lost, but not twice at the same place. */
  private JournalView settled() {
    JournalView view = journal.view();
    for (int i = 0; i < LOOKS && !view.lostEnds().isEmpty(); i++) {
      view = journal.view();
    }
    return view;
  }

  /** Timelines whose history file is missing: PostgreSQL cannot be led to them. */
  List<Timeline> withoutHistory(JournalView view) {
    List<Timeline> without = new ArrayList<>();
    for (Timeline timeline : view.timelines()) {
      if (timeline.id() != 1 && !view.histories().containsKey(timeline)) {
        String key = cluster.key("history/" + timeline.historyFileName()).value();
        findings.add(Finding.Kind.MISSING, key, "the object " + key + " is missing");
        without.add(timeline);
      }
    }
    return without;
  }

  /**
   * Looks at everything that is needed from some backups on.
   *
   * @return holes beside those that the view knows
   */
  List<Hole> check(JournalView view, List<ManifestHead> heads, Depth depth) {
    Map<Timeline, Lsn> from = beginnings(view, heads);
    List<Hole> found = new ArrayList<>();
    long total = 0;
    for (Stretch stretch : view.stretches()) {
      total += needed(stretch, from).map(lsn -> stretch.to().minus(lsn)).orElse(0L);
    }
    walBytes = total;
    switch (depth) {
      case LISTED -> found.addAll(tooShort(view));
      case READ -> {
        Watcher watcher = new Watcher(listener, VerifyProgress.Phase.WAL, "", total);
        WalReading reading = new WalReading(cluster, journal, view, findings, watcher, checked);
        for (Stretch stretch : view.stretches()) {
          needed(stretch, from)
              .ifPresent(
                  lsn -> {
                    reading.read(stretch, lsn);
                    read.add(new Stretch(stretch.timeline(), lsn, stretch.to()));
                  });
        }
        found.addAll(reading.holes());
        otherSummaries();
      }
    }
    return found;
  }

  /** Summaries of WAL that no backup needs can only be read by themselves. */
  private void otherSummaries() {
    SummaryCheck summaries = new SummaryCheck(cluster, journal, findings);
    cluster.forEach(
        "summaries/",
        object -> {
          boolean held =
              SegmentName.parse(object.key().fileName(), cluster.identity().walSegmentSize())
                  .filter(this::wasRead)
                  .isPresent();
          if (!held) {
            summaries.read(object.key());
          }
        });
  }

  private boolean wasRead(SegmentName segment) {
    return read.stream()
        .anyMatch(
            stretch ->
                stretch.timeline().equals(segment.timeline())
                    && segment.end().isAfter(stretch.from())
                    && segment.start().isBefore(stretch.to()));
  }

  private static Optional<Lsn> needed(Stretch stretch, Map<Timeline, Lsn> from) {
    return Optional.ofNullable(from.get(stretch.timeline()))
        .filter(lsn -> lsn.isBefore(stretch.to()))
        .map(lsn -> Lsn.max(lsn, stretch.from()));
  }

  /** From where on the WAL of each timeline is needed. */
  private static Map<Timeline, Lsn> beginnings(JournalView view, List<ManifestHead> heads) {
    Map<Timeline, Lsn> from = new TreeMap<>();
    for (ManifestHead head : heads) {
      from.merge(head.timeline(), head.start(), (a, b) -> a.isBefore(b) ? a : b);
      for (Timeline timeline : view.timelines()) {
        if (descends(view, timeline, head)) {
          from.put(timeline, Lsn.ZERO);
        }
      }
    }
    return from;
  }

  /** Whether a timeline was left for another one behind the end of a backup on it. */
  static boolean descends(JournalView view, Timeline timeline, ManifestHead head) {
    TimelineHistory history = view.histories().get(timeline);
    return history != null
        && history.leftAt(head.timeline()).filter(at -> !at.isBefore(head.stop())).isPresent();
  }

  /** Objects that are there and shorter than any can be: a listing shows no more. */
  private List<Hole> tooShort(JournalView view) {
    List<Hole> holes = new ArrayList<>();
    for (String folder : List.of("wal/", "tail/")) {
      cluster.forEach(
          folder,
          object -> {
            if (object.size() < PackListing.SHORTEST) {
              findings.add(
                  Finding.Kind.SIZE,
                  object.key().value(),
                  "the object " + object.key() + " has only " + object.size() + " bytes");
              hole(view, object.key()).ifPresent(holes::add);
            }
          });
    }
    return holes;
  }

  private Optional<Hole> hole(JournalView view, ObjectKey key) {
    String[] parts = key.value().substring(cluster.prefix().length()).split("/", -1);
    String name = parts[0].equals("tail") ? parts[1] : key.fileName();
    return SegmentName.parse(name, cluster.identity().walSegmentSize())
        .filter(segment -> view.length(segment) > 0)
        .map(
            segment ->
                new Hole(
                    segment.timeline(),
                    segment.start(),
                    segment.start().plus(view.length(segment)),
                    Hole.Kind.DAMAGED,
                    "cut off"));
  }
}
