package io.mockupaws.engine.verify;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.journal.Hole;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.journal.Stretch;
import io.mockupaws.engine.journal.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What can be recovered, given what was found: which backups, what besides them, what not. */
final class Recoverable {
  private final JournalView view;
  private final Journal journal;
  private final List<Timeline> withoutHistory;

  /**
   * @param view with every hole that was found
   */
  Recoverable(JournalView view, Journal journal, List<Timeline> withoutHistory) {
    this.view = view;
    this.journal = journal;
    this.withoutHistory = List.copyOf(withoutHistory);
  }

  /** A backup's verdict with what its WAL adds. */
  BackupVerdict withWal(BackupVerdict verdict) {
    if (verdict.head().isEmpty()) {
      return verdict;
    }
    ManifestHead head = verdict.head().get();
    List<String> reasons = new ArrayList<>(verdict.reasons());
    Lsn limit = journal.limit(view, head.timeline(), head.start());
    if (limit.isBefore(head.stop())) {
      reasons.add("its WAL ends at " + limit + ", before its stop at " + head.stop());
    }
    if (withoutHistory.contains(head.timeline())) {
      reasons.add("the history of timeline " + head.timeline() + " is missing");
    }
    return new BackupVerdict(verdict.id(), verdict.head(), reasons);
  }

  /** WAL of a backup itself that is missing, where no hole between what there is shows it. */
  Optional<Hole> gapIn(ManifestHead head, List<Hole> known) {
    Lsn from = view.contiguousEnd(head.timeline(), head.start());
    if (!from.isBefore(head.stop())) {
      return Optional.empty();
    }
    Lsn to =
        view.stretches(head.timeline()).stream()
            .map(Stretch::from)
            .filter(begin -> begin.isAfter(from))
            .findFirst()
            .orElse(head.stop());
    Hole hole =
        new Hole(
            head.timeline(), from, to, Hole.Kind.MISSING, "the backup " + head.id() + " needs it");
    boolean shown =
        known.stream().anyMatch(h -> h.timeline().equals(hole.timeline()) && h.touches(from, to));
    return shown ? Optional.empty() : Optional.of(hole);
  }

  /** Whether a recovery from one of the backups has to pass it. */
  boolean isNeeded(Hole hole, List<ManifestHead> heads) {
    return heads.stream().anyMatch(head -> isOnTheWay(hole, head));
  }

  private boolean isOnTheWay(Hole hole, ManifestHead head) {
    return hole.timeline().equals(head.timeline())
        ? hole.to().isAfter(head.start())
        : JournalCheck.descends(view, hole.timeline(), head);
  }

  /** What can be recovered on the way to the newest timeline. */
  List<Window.Range> window(List<BackupVerdict> verdicts) {
    List<ManifestHead> whole =
        verdicts.stream().filter(BackupVerdict::whole).flatMap(v -> v.head().stream()).toList();
    return view.latestTimeline()
        .map(timeline -> journal.ranges(view, timeline, whole))
        .orElse(List.of());
  }

  /** What no backup and no WAL brings back, in words. */
  List<String> lost(List<BackupVerdict> verdicts, List<Hole> holes) {
    List<String> lost = new ArrayList<>();
    List<ManifestHead> whole =
        verdicts.stream().filter(BackupVerdict::whole).flatMap(v -> v.head().stream()).toList();
    for (BackupVerdict verdict : verdicts) {
      if (!verdict.whole() && !isReached(verdict.id(), verdict.head(), whole)) {
        lost.add("the end of the backup " + verdict.id() + ": no other whole one leads to it");
      }
    }
    for (Hole hole : holes) {
      boolean behind = whole.stream().anyMatch(head -> beginsBehind(head, hole));
      if (!behind) {
        lost.add(
            "everything from "
                + hole.from()
                + " on timeline "
                + hole.timeline()
                + " on: no whole backup begins behind it");
      }
    }
    for (Timeline timeline : withoutHistory) {
      lost.add("everything on timeline " + timeline + ": its history is missing");
    }
    return lost;
  }

  private boolean beginsBehind(ManifestHead head, Hole hole) {
    boolean sameWay =
        head.timeline().equals(hole.timeline())
            || Optional.ofNullable(view.histories().get(head.timeline()))
                .flatMap(history -> history.leftAt(hole.timeline()))
                .isPresent();
    return sameWay && !head.start().isBefore(hole.to());
  }

  /** Whether an older whole backup leads to the end of a broken one. */
  private boolean isReached(BackupId id, Optional<ManifestHead> broken, List<ManifestHead> whole) {
    return whole.stream()
        .filter(head -> head.id().compareTo(id) < 0)
        .anyMatch(head -> broken.map(b -> reaches(head, b)).orElseGet(() -> reachesEnd(head)));
  }

  private boolean reaches(ManifestHead head, ManifestHead broken) {
    boolean sameWay =
        head.timeline().equals(broken.timeline())
            || Optional.ofNullable(view.histories().get(broken.timeline()))
                .flatMap(history -> history.leftAt(head.timeline()))
                .filter(left -> !left.isBefore(head.stop()))
                .isPresent();
    return sameWay && !journal.limit(view, broken.timeline(), head.start()).isBefore(broken.stop());
  }

  /** Of an unreadable manifest nothing is known but its name: all that follows must be there. */
  private boolean reachesEnd(ManifestHead head) {
    return view.end(head.timeline())
        .filter(end -> !journal.limit(view, head.timeline(), head.start()).isBefore(end))
        .isPresent();
  }
}
