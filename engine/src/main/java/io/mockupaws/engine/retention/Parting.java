package io.mockupaws.engine.retention;

import io.mockupaws.core.format.BackupId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What becomes of each backup in one cleanup: it is kept, it expires or has expired and waits, or
 * it is swept. Pure.
 *
 * @param kept by a rule or a hold
 * @param waitingBackups that expired, and stay whole for a while
 * @param waiting until when
 * @param swept that expired long enough ago
 * @param expire that expire by this cleanup, with the reason
 * @param revive that had expired and are kept again
 * @param counted backups that had not expired and have a content of their own
 * @param expireCounted how many of them expire
 * @param newest when the newest of those ended that are whole and clean
 */
record Parting(
    List<KnownBackup> kept,
    List<KnownBackup> waitingBackups,
    Map<BackupId, Instant> waiting,
    Set<BackupId> swept,
    Map<BackupId, String> expire,
    List<BackupId> revive,
    long counted,
    long expireCounted,
    Optional<Instant> newest) {

  static Parting of(
      List<KnownBackup> backups,
      List<BackupFate> fates,
      Map<BackupId, Instant> expired,
      Instant storesNow,
      Duration grace) {
    Map<BackupId, BackupFate> byId = new TreeMap<>();
    fates.forEach(fate -> byId.put(fate.id(), fate));
    Set<BackupId> replaced = new HashSet<>();
    backups.forEach(backup -> backup.consolidates().ifPresent(replaced::add));
    List<KnownBackup> kept = new ArrayList<>();
    List<KnownBackup> waitingBackups = new ArrayList<>();
    Map<BackupId, Instant> waiting = new TreeMap<>();
    Set<BackupId> swept = new HashSet<>();
    Map<BackupId, String> expire = new TreeMap<>();
    List<BackupId> revive = new ArrayList<>();
    long counted = 0;
    long expireCounted = 0;
    for (KnownBackup backup : backups) {
      BackupId id = backup.id();
      BackupFate fate = byId.getOrDefault(id, new BackupFate(id, true, List.of("not decided")));
      Optional<Instant> since = Optional.ofNullable(expired.get(id));
      boolean own = since.isEmpty() && !replaced.contains(id);
      counted += own ? 1 : 0;
      if (fate.stays()) {
        kept.add(backup);
        since.ifPresent(_ -> revive.add(id));
        continue;
      }
      if (since.isEmpty()) {
        expire.put(id, String.join("; ", fate.reasons()));
        expireCounted += own ? 1 : 0;
      }
      Instant until = since.orElse(storesNow).plus(grace);
      if (until.isAfter(storesNow)) {
        waitingBackups.add(backup);
        waiting.put(id, until);
      } else {
        swept.add(id);
      }
    }
    Optional<Instant> newest =
        backups.stream()
            .filter(backup -> backup.whole() && backup.clean())
            .filter(backup -> !expired.containsKey(backup.id()))
            .map(backup -> backup.stoppedAt().isBefore(storesNow) ? backup.stoppedAt() : storesNow)
            .max(Instant::compareTo);
    return new Parting(
        kept, waitingBackups, waiting, swept, expire, revive, counted, expireCounted, newest);
  }

  Set<BackupId> keptIds() {
    Set<BackupId> ids = new HashSet<>();
    kept.forEach(backup -> ids.add(backup.id()));
    return ids;
  }

  /** Those whose manifest stays. */
  Set<BackupId> remaining() {
    Set<BackupId> ids = keptIds();
    ids.addAll(waiting.keySet());
    return ids;
  }

  /** The fates as they are for what the backups are made of: what waits stays. */
  List<BackupFate> asIfKept(List<BackupFate> fates) {
    return fates.stream()
        .map(fate -> new BackupFate(fate.id(), !swept.contains(fate.id()), fate.reasons()))
        .toList();
  }
}
