package io.mockupaws.engine.repository;

import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * Dumps of a cluster that are not kept any more, each marked by a sealed object of its own. Until a
 * later cleanup removes them nothing of them is gone, and without the mark they are back.
 */
public final class ExpiredDumps {
  private static final String FOLDER = "dumps/expired/";

  private final ClusterRepository cluster;

  public ExpiredDumps(ClusterRepository cluster) {
    this.cluster = cluster;
  }

  /** When which dump expired, by the store's clock. */
  public NavigableMap<ObjectKey, Instant> all() {
    String prefix = cluster.prefix() + FOLDER;
    NavigableMap<ObjectKey, Instant> all = new TreeMap<>();
    cluster.forEach(
        FOLDER,
        mark ->
            Optional.of(ObjectKey.of(mark.key().value().substring(prefix.length())))
                .filter(Dumps::isDump)
                .ifPresent(dump -> all.put(dump, mark.modified())));
    return all;
  }

  /** Marks one; harmless when it is marked already. */
  public void expire(ObjectKey dump, String reason, Instant now) {
    byte[] content =
        JsonMapper.shared()
            .writeValueAsString(
                JsonMapper.shared()
                    .createObjectNode()
                    .put("at", now.toString())
                    .put("reason", reason))
            .getBytes(StandardCharsets.UTF_8);
    cluster.put(markOf(dump), ObjectKind.RECORD, content);
  }

  /** Takes the mark away: the dump is back. */
  public void revive(ObjectKey dump) {
    cluster.delete(markOf(dump));
  }

  /** Where the mark of a dump lies. */
  public ObjectKey markOf(ObjectKey dump) {
    return cluster.key(FOLDER + dump);
  }
}
