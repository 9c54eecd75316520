package io.mockupaws.engine.retention;

import io.mockupaws.core.format.DumpSidecar;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.engine.logical.LogicalBackup;
import io.mockupaws.store.StorageClass;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which dumps stay, and why. Pure. Each database is kept for itself, and so is what was dumped with
 * the same filters: one database's dump is no replacement for another's.
 */
final class DumpRules {
  private static final Comparator<LogicalBackup> BY_AGE =
      Comparator.comparing((LogicalBackup one) -> one.facts().startedAt())
          .thenComparing(LogicalBackup::key);

  private final List<LogicalBackup> dumps;
  private final RetentionRules rules;
  private final Instant now;
  private final Map<ObjectKey, Hold> holds;
  private final Map<ObjectKey, List<String>> reasons = new HashMap<>();

  /** For which calendar's periods a dump is kept; each is one of its reasons. */
  private final Map<ObjectKey, Set<Tier>> tiers = new HashMap<>();

  DumpRules(
      List<LogicalBackup> dumps, RetentionRules rules, Instant now, Map<ObjectKey, Hold> holds) {
    this.dumps = dumps.stream().sorted(BY_AGE).toList();
    this.rules = rules;
    this.now = now;
    this.holds = Map.copyOf(holds);
  }

  /** Dumps that are dumps of the same. */
  private record Series(DumpSidecar.Content content, String database, List<String> filters) {
    static Series of(LogicalBackup dump) {
      DumpSidecar facts = dump.facts();
      // Whoever asks for globals connects to some database: to which is of no matter.
      String database = facts.content() == DumpSidecar.Content.GLOBALS ? "" : facts.database();
      return new Series(facts.content(), database, facts.filters());
    }
  }

  /** Whether one stays, why, and how cold it may lie meanwhile; of each dump, oldest first. */
  record Fate(LogicalBackup dump, boolean stays, List<String> reasons, StorageClass coldest) {
    Fate(LogicalBackup dump, boolean stays, List<String> reasons) {
      this(dump, stays, reasons, StorageClass.STANDARD_IA);
    }

    /** The same where a store has it locked. */
    Fate lockedUntil(Instant until) {
      return new Fate(dump, true, BackupFate.lockedUntil(until, reasons));
    }
  }

  List<Fate> fates() {
    Map<Series, List<LogicalBackup>> series = new HashMap<>();
    dumps.forEach(
        dump -> series.computeIfAbsent(Series.of(dump), _ -> new ArrayList<>()).add(dump));
    for (List<LogicalBackup> one : series.values()) {
      for (Tier tier : Tier.values()) {
        firstOfPeriods(one, tier);
      }
      one.stream()
          .skip(Math.max(0, one.size() - rules.minimum()))
          .forEach(dump -> keep(dump, "one of the newest " + rules.minimum()));
    }
    held();
    globals();
    return dumps.stream().map(this::fate).toList();
  }

  private Fate fate(LogicalBackup dump) {
    List<String> why = reasons.get(dump.key());
    return why == null
        ? new Fate(dump, false, List.of("no rule keeps it"))
        : new Fate(dump, true, why, coldest(dump));
  }

  private StorageClass coldest(LogicalBackup dump) {
    Set<Tier> first = tiers.getOrDefault(dump.key(), Set.of());
    boolean otherwise = reasons.getOrDefault(dump.key(), List.of()).size() > first.size();
    return new Aging(rules, now).coldest(first, otherwise, dump.facts().startedAt());
  }

  private void keep(LogicalBackup dump, String why) {
    reasons.computeIfAbsent(dump.key(), _ -> new ArrayList<>()).add(why);
  }

  private void firstOfPeriods(List<LogicalBackup> series, Tier tier) {
    Map<LocalDate, LogicalBackup> first = new TreeMap<>();
    series.forEach(dump -> first.putIfAbsent(tier.periodOf(dump.facts().startedAt()), dump));
    Term term = rules.term(tier);
    first.values().stream()
        .filter(dump -> !dump.facts().startedAt().isBefore(term.before(now)))
        .forEach(
            dump -> {
              keep(dump, tier.word() + ": the first of its period, kept for " + term);
              tiers.computeIfAbsent(dump.key(), _ -> EnumSet.noneOf(Tier.class)).add(tier);
            });
  }

  private void held() {
    for (LogicalBackup dump : dumps) {
      Hold hold = holds.get(dump.key());
      if (hold != null) {
        keep(dump, hold.reason().isBlank() ? "held" : "held: " + hold.reason());
      }
    }
  }

  /** A dump of a database is of little use without the roles that own what is in it. */
  private void globals() {
    Set<Instant> runs = new HashSet<>();
    dumps.stream()
        .filter(dump -> dump.isWholeDatabase() && reasons.containsKey(dump.key()))
        .forEach(dump -> runs.add(dump.facts().startedAt()));
    dumps.stream()
        .filter(dump -> dump.facts().content() == DumpSidecar.Content.GLOBALS)
        .filter(dump -> runs.contains(dump.facts().startedAt()))
        .forEach(dump -> keep(dump, "its run's dumps of databases stay"));
  }
}
