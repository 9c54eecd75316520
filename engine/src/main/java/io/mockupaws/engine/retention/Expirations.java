package io.mockupaws.engine.retention;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.ExpiryMarks;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** Backups that are not kept any more: whoever reads one goes on until a later cleanup. */
public final class Expirations {
  private final ExpiryMarks marks;

  public Expirations(ClusterRepository cluster) {
    this.marks = new ExpiryMarks(cluster, ClusterRepository.EXPIRED);
  }

  /** When which backup expired, by the store's clock. */
  public Map<BackupId, Instant> all() {
    Map<BackupId, Instant> all = new TreeMap<>();
    marks.all().forEach((name, since) -> all.put(new BackupId(name), since));
    return all;
  }

  /** Marks one; harmless when it is marked already. */
  void expire(BackupId backup, String reason, Instant now) {
    marks.expire(backup.value(), reason, now);
  }

  /** Takes the mark away: the backup is back. */
  void revive(BackupId backup) {
    marks.revive(backup.value());
  }
}
