package io.mockupaws.engine.retention;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.store.ObjectInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which packs no manifest needs. A pack without a manifest is garbage only when no backup runs and
 * it is old: its manifest is the last thing that a running backup writes.
 */
final class PackRules {
  /** A running backup renews its lease; what is younger than this is left alone in any case. */
  static final Duration GRACE = Duration.ofDays(1);

  private final PackReferences needed;
  private final Set<String> backups = new HashSet<>();
  private final Set<String> stay = new HashSet<>();
  private final Optional<String> newestUnreadable;
  private final boolean backupRuns;
  private final Instant youngest;

  /**
   * The rules.
   *
   * @param needed by the manifests that stay
   * @param fates of all backups whose manifest can be read
   * @param unreadable backups whose manifest cannot: they may need any pack that is not newer
   * @param backupRuns whether one did before anything was listed
   */
  PackRules(
      PackReferences needed,
      Collection<BackupFate> fates,
      Collection<BackupId> unreadable,
      boolean backupRuns,
      Instant now) {
    this.needed = needed;
    this.backupRuns = backupRuns;
    this.youngest = now.minus(GRACE);
    this.newestUnreadable = unreadable.stream().map(BackupId::value).max(Comparator.naturalOrder());
    for (BackupFate fate : fates) {
      backups.add(fate.id().value());
      if (fate.stays()) {
        stay.add(fate.id().value());
      }
    }
  }

  /** Why a pack would go; empty when it stays. */
  Optional<String> garbage(ObjectInfo pack) {
    String writer = PackReferences.folder(pack.key());
    boolean known = BackupId.isOne(writer) && PackReferences.isNumbered(pack.key());
    if (backupRuns || !known || needed.has(pack.key()) || isPerhapsNeeded(writer)) {
      // A backup that runs may build on packs of any other.
      return Optional.empty();
    }
    if (backups.contains(writer)) {
      // A pack of a kept backup that its manifest does not name: a file that vanished while it
      // was read. It goes with the backup.
      return stay.contains(writer)
          ? Optional.empty()
          : Optional.of("no backup that stays needs it");
    }
    boolean young = !pack.modified().isBefore(youngest);
    return young
        ? Optional.empty()
        : Optional.of("left by a backup that broke off: no manifest names it");
  }

  private boolean isPerhapsNeeded(String writer) {
    return newestUnreadable.filter(id -> second(writer).compareTo(second(id)) <= 0).isPresent();
  }

  /** One that consolidates another has the time of that one, and needs its packs. */
  private static String second(String backup) {
    return backup.substring(0, backup.indexOf('-'));
  }
}
