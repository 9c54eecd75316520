package io.mockupaws.engine.repository;

import io.mockupaws.core.format.Dumps;
import io.mockupaws.core.format.ObjectKey;
import java.time.Instant;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Dumps of a cluster that are not kept any more, by their keys. */
public final class ExpiredDumps {
  private final ExpiryMarks marks;

  public ExpiredDumps(ClusterRepository cluster) {
    this.marks = new ExpiryMarks(cluster, "dumps/expired/");
  }

  /** When which dump expired, by the store's clock. */
  public NavigableMap<ObjectKey, Instant> all() {
    NavigableMap<ObjectKey, Instant> all = new TreeMap<>();
    marks
        .all()
        .forEach(
            (name, since) -> {
              ObjectKey dump = ObjectKey.of(name);
              if (Dumps.isDump(dump)) {
                all.put(dump, since);
              }
            });
    return all;
  }

  /** Marks one; harmless when it is marked already. */
  public void expire(ObjectKey dump, String reason, Instant now) {
    marks.expire(dump.value(), reason, now);
  }

  /** Takes the mark away: the dump is back. */
  public void revive(ObjectKey dump) {
    marks.revive(dump.value());
  }

  /** Where the mark of a dump lies. */
  public ObjectKey markOf(ObjectKey dump) {
    return marks.key(dump.value());
  }
}
