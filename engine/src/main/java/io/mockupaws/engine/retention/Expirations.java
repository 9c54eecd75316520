package io.mockupaws.engine.retention;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.engine.repository.ClusterRepository;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * Backups that are not kept any more, each marked by an object of its own. Until a later cleanup
 * sweeps them nothing of them is gone: whoever reads one goes on, and without the mark it is back.
 */
public final class Expirations {
  private final ClusterRepository cluster;

  public Expirations(ClusterRepository cluster) {
    this.cluster = cluster;
  }

  /** When which backup expired, by the store's clock. */
  public Map<BackupId, Instant> all() {
    Map<BackupId, Instant> all = new TreeMap<>();
    cluster.forEach(
        ClusterRepository.EXPIRED,
        mark -> all.put(new BackupId(mark.key().fileName()), mark.modified()));
    return all;
  }

  /** Marks one; harmless when it is marked already. */
  void expire(BackupId backup, String reason, Instant now) {
    byte[] content =
        JsonMapper.shared()
            .writeValueAsString(
                JsonMapper.shared()
                    .createObjectNode()
                    .put("at", now.toString())
                    .put("reason", reason))
            .getBytes(StandardCharsets.UTF_8);
    cluster.put(cluster.expiryKey(backup), ObjectKind.RECORD, content);
  }

  /** Takes the mark away: the backup is back. */
  void revive(BackupId backup) {
    cluster.delete(cluster.expiryKey(backup));
  }
}
