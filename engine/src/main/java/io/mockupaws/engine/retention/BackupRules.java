package io.mockupaws.engine.retention;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.store.StorageClass;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Which backups stay, and why. Pure: the same backups, rules and moment give the same answer, and
 * what stays stays when the others are gone.
 */
final class BackupRules {
  /** Oldest first; of two of one second the name decides. */
  private static final Comparator<KnownBackup> BY_AGE =
      Comparator.comparing(KnownBackup::stoppedAt).thenComparing(KnownBackup::id);

  private final List<KnownBackup> backups;
  private final RetentionRules rules;
  private final Instant now;
  private final Ways ways;
  private final Map<BackupId, String> holds;
  private final Map<BackupId, List<String>> reasons = new HashMap<>();

  /** For which calendar's periods a backup is kept; each is one of its reasons. */
  private final Map<BackupId, Set<Tier>> tiers = new HashMap<>();

  /** Backups of which another one has the content, by that one; whole where the other is. */
  private final Map<BackupId, BackupId> replaced = new HashMap<>();

  /**
   * The rules for what there is.
   *
   * @param ways which backups lead to which timelines
   * @param holds why which backups stay in any case
   */
  BackupRules(
      List<KnownBackup> backups,
      RetentionRules rules,
      Instant now,
      Ways ways,
      Map<BackupId, String> holds) {
    this.holds = Map.copyOf(holds);
    this.backups = backups.stream().sorted(BY_AGE).toList();
    this.rules = rules;
    this.now = now;
    this.ways = ways;
    this.backups.forEach(
        backup -> backup.consolidates().ifPresent(before -> replaced.put(before, backup.id())));
  }

  /** Decides over every backup, oldest first. */
  List<BackupFate> fates() {
    for (Tier tier : Tier.values()) {
      firstOfPeriods(tier);
    }
    newest();
    window();
    notWhole();
    return backups.stream().map(this::fate).toList();
  }

  private BackupFate fate(KnownBackup backup) {
    Optional<String> hold = Optional.ofNullable(holds.get(backup.id()));
    if (hold.isPresent()) {
      return new BackupFate(
          backup.id(), true, List.of(hold.get().isBlank() ? "held" : "held: " + hold.get()));
    }
    if (replaced.containsKey(backup.id())) {
      return new BackupFate(
          backup.id(),
          false,
          List.of("its content is consolidated in " + replaced.get(backup.id())));
    }
    List<String> why = reasons.get(backup.id());
    return why == null
        ? new BackupFate(
            backup.id(),
            false,
            List.of(backup.whole() ? "no rule keeps it" : "not whole, and no rule keeps it"))
        : new BackupFate(backup.id(), true, why, Optional.empty(), coldest(backup));
  }

  private StorageClass coldest(KnownBackup backup) {
    return new Aging(rules, now)
        .coldest(tiers.getOrDefault(backup.id(), Set.of()), isWarm(backup), backup.stoppedAt());
  }

  /** Whether anything but a calendar keeps it. */
  private boolean isWarm(KnownBackup backup) {
    return reasons.getOrDefault(backup.id(), List.of()).size()
        > tiers.getOrDefault(backup.id(), Set.of()).size();
  }

  private void keep(KnownBackup backup, String why) {
    reasons.computeIfAbsent(backup.id(), _ -> new ArrayList<>()).add(why);
  }

  private Stream<KnownBackup> good() {
    return backups.stream()
        .filter(KnownBackup::whole)
        .filter(backup -> !replaced.containsKey(backup.id()));
  }

  /** The first clean backup of each period; while there is none, the first with corrupt pages. */
  private void firstOfPeriods(Tier tier) {
    Map<LocalDate, KnownBackup> first = new TreeMap<>();
    good()
        .forEach(
            backup ->
                first.merge(
                    tier.periodOf(backup.stoppedAt()),
                    backup,
                    (a, b) -> !a.clean() && b.clean() ? b : a));
    Term term = rules.term(tier);
    first.forEach(
        (period, backup) -> {
          if (!backup.stoppedAt().isBefore(term.before(now))) {
            keep(backup, tier.word() + ": the first of its period, kept for " + term);
            tiers.computeIfAbsent(backup.id(), _ -> EnumSet.noneOf(Tier.class)).add(tier);
          }
        });
  }

  /** The newest ones, so that a server that is backed up no more loses nothing with time. */
  private void newest() {
    List<KnownBackup> good = good().toList();
    good.stream()
        .skip(Math.max(0, good.size() - rules.minimum()))
        .forEach(backup -> keep(backup, "one of the newest " + rules.minimum()));
    good.stream()
        .filter(KnownBackup::clean)
        .reduce((_, later) -> later)
        .filter(backup -> !isWarm(backup))
        .ifPresent(backup -> keep(backup, "the newest without corrupt pages"));
  }

  /** Whatever lies in the window, and for each timeline in it the backup from which it begins. */
  private void window() {
    Instant begin = rules.wal().before(now);
    good()
        .filter(backup -> !backup.stoppedAt().isBefore(begin))
        .forEach(backup -> keep(backup, "in the window of " + rules.wal()));
    for (Ways.Live timeline : ways.live(begin)) {
      base(timeline, begin).ifPresent(backup -> keep(backup, "the window begins with it"));
    }
  }

  /** The newest good backup on the way to a timeline that ended when the window began. */
  private Optional<KnownBackup> base(Ways.Live timeline, Instant begin) {
    List<KnownBackup> before =
        good()
            .filter(backup -> backup.stoppedAt().isBefore(begin))
            .filter(timeline::isReachedFrom)
            .toList();
    return before.stream()
        .filter(KnownBackup::clean)
        .reduce((_, later) -> later)
        .or(() -> before.stream().reduce((_, later) -> later));
  }

  /**
   * Missing WAL and packs may still be brought in; after the shortest term nobody waits for it any
   * more.
   */
  private void notWhole() {
    backups.stream()
        .filter(backup -> !backup.whole())
        .filter(backup -> !backup.stoppedAt().isBefore(rules.daily().before(now)))
        .forEach(backup -> keep(backup, "not whole: what it lacks may still be brought in"));
  }
}
