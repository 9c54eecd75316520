package io.mockupaws.engine.retention;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which WAL stays: what kept backups need from start to stop, everything behind the backup from
 * which the window of a timeline begins, and what was stored within the window in any case.
 */
final class WalRules {
  private final List<KnownBackup> kept;
  private final Instant begin;

  /** From where on everything of a timeline stays. */
  private final Map<Timeline, Lsn> floors = new HashMap<>();

  /** Timelines to which no kept backup leads: nothing tells what of them is needed. */
  private final Set<Timeline> unreached = new HashSet<>();

  /**
   * The rules.
   *
   * @param kept the backups that stay, whole or not; those that expired and can still be brought
   *     back, too
   * @param begin of the window, and of the time before it of which nothing goes yet
   * @param all the timelines of which there is WAL
   */
  WalRules(List<KnownBackup> kept, Instant begin, Ways ways, Set<Timeline> all) {
    this.kept = List.copyOf(kept);
    this.begin = begin;
    for (Timeline timeline : all) {
      if (kept.stream().noneMatch(backup -> backup.whole() && ways.leads(backup, timeline))) {
        unreached.add(timeline);
      }
    }
    for (Ways.Live live : ways.live(begin)) {
      oldestOfWindow(live).ifPresent(backup -> raise(backup, live.timeline(), ways, all));
    }
  }

  /** Of the backups on the way: the newest before the window, else the oldest in it. */
  private Optional<KnownBackup> oldestOfWindow(Ways.Live live) {
    List<KnownBackup> onTheWay =
        kept.stream()
            .filter(KnownBackup::whole)
            .filter(live::isReachedFrom)
            .sorted(Comparator.comparing(KnownBackup::stoppedAt))
            .toList();
    List<KnownBackup> before =
        onTheWay.stream().filter(backup -> backup.stoppedAt().isBefore(begin)).toList();
    Optional<KnownBackup> clean =
        before.stream().filter(KnownBackup::clean).reduce((_, later) -> later);
    return clean
        .or(() -> before.stream().reduce((_, later) -> later))
        .or(() -> onTheWay.stream().findFirst());
  }

  /** All of the backup's timeline from its start on, and all of what lies between it and here. */
  private void raise(KnownBackup backup, Timeline to, Ways ways, Set<Timeline> all) {
    lower(backup.timeline(), backup.start());
    for (Timeline timeline : all) {
      if (!timeline.equals(backup.timeline())
          && ways.leads(backup, timeline)
          && timeline.compareTo(to) <= 0) {
        lower(timeline, Lsn.ZERO);
      }
    }
  }

  private void lower(Timeline timeline, Lsn from) {
    floors.merge(timeline, from, (a, b) -> a.isBefore(b) ? a : b);
  }

  /** Whether a finished segment stays. */
  boolean stays(SegmentName segment, Instant stored) {
    if (!stored.isBefore(begin) || unreached.contains(segment.timeline())) {
      return true;
    }
    Lsn floor = floors.get(segment.timeline());
    boolean inWindow = floor != null && segment.end().isAfter(floor);
    return inWindow || kept.stream().anyMatch(backup -> needs(backup, segment));
  }

  private static boolean needs(KnownBackup backup, SegmentName segment) {
    return backup.timeline().equals(segment.timeline())
        && backup.start().isBefore(segment.end())
        && segment.start().isBefore(backup.stop());
  }
}
