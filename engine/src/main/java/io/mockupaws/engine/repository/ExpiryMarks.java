package io.mockupaws.engine.repository;

import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.NavigableMap;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is not kept any more, each marked by a sealed object of its own in one folder. Until a later
 * cleanup removes it nothing of it is gone, and without the mark it is back.
 */
public final class ExpiryMarks {
  private final ClusterRepository cluster;
  private final String folder;

  /**
   * The marks of a folder.
   *
   * @param folder behind the cluster's prefix, with a slash at its end
   */
  public ExpiryMarks(ClusterRepository cluster, String folder) {
    this.cluster = cluster;
    this.folder = folder;
  }

  /** When what expired, by the store's clock; by what stands behind the folder. */
  public NavigableMap<String, Instant> all() {
    int behind = cluster.prefix().length() + folder.length();
    NavigableMap<String, Instant> all = new TreeMap<>();
    cluster.forEach(folder, mark -> all.put(mark.key().value().substring(behind), mark.modified()));
    return all;
  }

  /** Marks something; harmless when it is marked already. */
  public void expire(String name, String reason, Instant now) {
    byte[] content =
        JsonMapper.shared()
            .writeValueAsString(
                JsonMapper.shared()
                    .createObjectNode()
                    .put("at", now.toString())
                    .put("reason", reason))
            .getBytes(StandardCharsets.UTF_8);
    cluster.put(key(name), ObjectKind.RECORD, content);
  }

  /** Takes the mark away: it is back. */
  public void revive(String name) {
    cluster.delete(key(name));
  }

  /** Where a mark lies. */
  public ObjectKey key(String name) {
    return cluster.key(folder + name);
  }
}
