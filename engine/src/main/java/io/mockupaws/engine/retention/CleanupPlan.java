package io.mockupaws.engine.retention;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a cleanup would do, in the order in which it would: backups expire, then goes what belongs
 * to those that expired long enough ago, and what belongs to nothing.
 *
 * @param backups every backup whose manifest can be read, oldest first; those that expired too
 * @param unreadable backups whose manifest cannot be read; they stay, and so does every pack that
 *     they may need
 * @param expire backups that no rule keeps any more, with the reason
 * @param revive backups that had expired, and that a rule or a hold keeps again
 * @param waiting backups that have expired or do, and until when they can be brought back
 * @param sweep backups whose manifests go
 * @param removals manifests, then packs, WAL, summaries, and the marks of what was gone before
 * @param walBelow below which position of a timeline WAL goes
 * @param backupRuns whether packs without a manifest were left alone because of it
 * @param counted how many backups there are to which a limit applies: neither expired, nor of the
 *     content of another
 * @param expireCounted how many of these expire
 * @param newest when the newest backup ended of those that are whole and without corrupt pages
 * @param lost what can be recovered and could not afterwards, in words
 * @param moves what moves to a colder class of storage afterwards
 * @param dumps what becomes of logical backups
 * @param paid packs that go before the shortest time of their class of storage is over
 * @param locked packs, WAL and summaries that would go but for their locks
 */
public record CleanupPlan(
    List<BackupFate> backups,
    List<BackupId> unreadable,
    Map<BackupId, String> expire,
    List<BackupId> revive,
    Map<BackupId, Instant> waiting,
    List<BackupId> sweep,
    List<Removal> removals,
    Map<Timeline, Lsn> walBelow,
    boolean backupRuns,
    long counted,
    long expireCounted,
    Optional<Instant> newest,
    List<String> lost,
    List<Move> moves,
    DumpPlan dumps,
    StillPaid paid,
    StillLocked locked) {
  public CleanupPlan {
    backups = List.copyOf(backups);
    unreadable = List.copyOf(unreadable);
    expire = Map.copyOf(expire);
    revive = List.copyOf(revive);
    waiting = Map.copyOf(waiting);
    sweep = List.copyOf(sweep);
    removals = List.copyOf(removals);
    walBelow = Map.copyOf(walBelow);
    lost = List.copyOf(lost);
    moves = List.copyOf(moves);
  }

  /** Whether there is nothing to expire, to bring back or to remove. */
  public boolean isEmpty() {
    return expire.isEmpty() && revive.isEmpty() && removals.isEmpty() && dumps.isEmpty();
  }

  /** Objects that would go. */
  public long objects() {
    return removals.stream().mapToLong(Removal::objects).sum() + dumps.removals().size();
  }

  /** Bytes that would be free. */
  public long bytes() {
    return removals.stream().mapToLong(Removal::bytes).sum() + dumps.bytes();
  }
}
