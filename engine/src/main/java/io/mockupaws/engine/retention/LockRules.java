package io.mockupaws.engine.retention;

import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.Locks;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What stays whatever the rules say, because a store has locked it. */
final class LockRules {
  private final Optional<Locks> locks;
  private final Instant now;
  private StillLocked counted = StillLocked.NONE;

  LockRules(Store store, Instant now) {
    this.locks = store.locks();
    this.now = now;
  }

  /** Until when the store says that an object is locked; empty where that is over. */
  Optional<Instant> until(ObjectKey key) {
    return locks.flatMap(all -> all.lockedUntil(key)).filter(now::isBefore);
  }

  /**
   * Whether an object stays for its age: what is written is locked for so long. Of the very many
   * that wait for it nobody is asked; whether one is locked longer is asked before it is removed.
   */
  boolean isYoung(ObjectInfo object) {
    Optional<Instant> until = locks.map(all -> all.until(object.modified())).filter(now::isBefore);
    until.ifPresent(locked -> counted = counted.and(object.size(), locked));
    return until.isPresent();
  }

  /** Those that {@link #isYoung} was true of. */
  StillLocked counted() {
    return counted;
  }

  /**
   * A backup that no rule keeps stays whole while its manifest is locked: its packs are as long.
   */
  List<BackupFate> applied(List<BackupFate> fates, Function<BackupFate, ObjectKey> manifest) {
    return fates.stream()
        .map(
            fate ->
                fate.stays()
                    ? fate
                    : until(manifest.apply(fate)).map(fate::lockedUntil).orElse(fate))
        .toList();
  }
}
