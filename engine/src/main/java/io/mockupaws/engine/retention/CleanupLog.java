package io.mockupaws.engine.retention;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.store.ObjectInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** What the last cleanups of a cluster were to do, kept in its repository. */
public final class CleanupLog {
  private static final String FOLDER = "cleanups/";

  /** A month of daily ones. */
  private static final int KEPT = 31;

  private final ClusterRepository cluster;

  public CleanupLog(ClusterRepository cluster) {
    this.cluster = cluster;
  }

  /** Those that can be read, oldest first. */
  public List<CleanupRecord> all() {
    List<CleanupRecord> all = new ArrayList<>();
    for (ObjectInfo object : cluster.list(FOLDER)) {
      try {
        all.add(CleanupRecord.decode(object.key(), cluster.get(object.key(), ObjectKind.RECORD)));
      } catch (Failure e) {
        if (e.code() != ErrorCode.DAMAGED_OBJECT && e.code() != ErrorCode.OBJECT_MISSING) {
          throw e;
        }
      }
    }
    return all;
  }

  /** The last one. */
  public Optional<CleanupRecord> last() {
    return all().stream().reduce((_, later) -> later);
  }

  void add(CleanupRecord done, RandomGenerator random) {
    String name =
        String.format(Locale.ROOT, "%016X-%04x", done.at().toEpochMilli(), random.nextInt(0x10000));
    cluster.put(cluster.key(FOLDER + name), ObjectKind.RECORD, done.encode());
    List<ObjectInfo> all = cluster.list(FOLDER);
    all.subList(0, Math.max(0, all.size() - KEPT)).forEach(old -> cluster.delete(old.key()));
  }
}
