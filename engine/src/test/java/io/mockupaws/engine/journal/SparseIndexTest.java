package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One index a segment leads to the exact record, and of the WAL itself little is read for it. */
class SparseIndexTest {
  private static final Timeline FIRST = new Timeline(1);
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");
  private static final int SEGMENTS = 48;
  private static final int COMMITS = 3;

  private final Store memory = Stores.inMemory();

  /** Segments of which the WAL was read. */
  private final Set<String> read = ConcurrentHashMap.newKeySet();

  /**
   * Those of which the index was: of 16 behind a moment too, for a DROP DATABASE that ends there.
   */
  private final Set<String> asked = ConcurrentHashMap.newKeySet();

  private final Repository repository =
      Repository.create(watched(), Optional.empty(), new SecureRandom());
  private final ClusterRepository cluster =
      repository.createCluster(new ClusterIdentity("c", MadeWal.SYSTEM, 15, MadeWal.SEGMENT, NOON));

  @Test
  void leadsToTheRecordByReadingTheSegmentThatHasIt(@TempDir Path spool) {
    MadeJournal made = new MadeJournal(repository, cluster, spool);
    made.fillTo(0.1);
    ManifestHead backup = MadeHeads.head(new Lsn(64L << 20), made.end(), NOON.minusSeconds(1));
    Lsn[] ends = new Lsn[SEGMENTS * COMMITS];
    for (int i = 0; i < ends.length; i++) {
      made.fillTo((i + 0.5) / COMMITS + 0.1);
      ends[i] = made.commit(NOON.plusSeconds(i));
    }
    made.store();
    for (int i = 0; i < ends.length - 1; i += 13) {
      Journal journal = new Journal(cluster);
      JournalView view = journal.view();
      read.clear();
      asked.clear();
      ResolvedTarget target =
          journal.resolve(
              view, new TargetRequest.AtTime(NOON.plusSeconds(i).plusMillis(1)), FIRST, backup);
      assertThat(target.lastCommit().map(Commit::end)).contains(ends[i]);
      assertThat(target.commitsLost()).isEqualTo(ends.length - 1 - i);
      assertThat(read).as("read for commit %d", i).hasSizeLessThanOrEqualTo(2);
      assertThat(asked).as("asked for commit %d", i).hasSizeLessThan(26);
    }
  }

  private Store watched() {
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (_, method, arguments) -> call(method, arguments));
  }

  private Object call(Method method, Object[] arguments) throws Throwable {
    if (method.getName().equals("read") && arguments[0].toString().contains("/wal/")) {
      (arguments.length == 2 ? read : asked).add(arguments[0].toString());
    }
    try {
      return method.invoke(memory, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
