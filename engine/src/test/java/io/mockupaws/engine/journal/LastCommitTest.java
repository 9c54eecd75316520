package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The newest commit before any place of a journal in which nobody committed for a long time. */
class LastCommitTest {
  private static final Timeline FIRST = new Timeline(1);
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");
  private static final int SEGMENTS = 80;

  private final Store memory = Stores.inMemory();
  private final Set<String> read = ConcurrentHashMap.newKeySet();
  private final Repository repository =
      Repository.create(watched(), Optional.empty(), new SecureRandom());
  private final ClusterRepository cluster =
      repository.createCluster(new ClusterIdentity("c", MadeWal.SYSTEM, 15, MadeWal.SEGMENT, NOON));

  /** The last commit in each segment that has one, by the segment's place in the row. */
  private final TreeMap<Integer, Instant> commits = new TreeMap<>();

  private final MadeJournal made;
  private final Lsn start;

  LastCommitTest(@TempDir Path spool) {
    made = new MadeJournal(repository, cluster, spool);
    start = made.end();
  }

  @Test
  void isFoundByAFewReadsWhereverItIs() {
    for (int segment : new int[] {0, 1, 2, 7, 30, 31, 79}) {
      commitIn(segment);
    }
    made.fillTo(SEGMENTS + 0.5);
    made.store();
    everywhereFrom(0);
  }

  /** Behind a hole the sums begin anew, here with the number that was reached before it. */
  @Test
  void isNotMistakenAcrossAHole() {
    commitIn(3);
    commitIn(5);
    made.fillTo(20.5);
    made.store();
    made.fillTo(30.5);
    made.forgetUpTo(26);
    commitIn(33);
    commitIn(36);
    made.fillTo(SEGMENTS + 0.5);
    made.store();
    assertThat(new Journal(cluster).view().holes()).hasSize(1);
    everywhereFrom(26);
    assertThat(at(20)).contains(NOON.plusSeconds(5));
  }

  private void commitIn(int segment) {
    made.fillTo(segment + 0.5);
    Instant time = NOON.plusSeconds(segment);
    made.commit(time);
    commits.put(segment, time);
  }

  private void everywhereFrom(int first) {
    for (int segment = first; segment <= SEGMENTS; segment++) {
      read.clear();
      assertThat(at(segment))
          .as("segment %d", segment)
          .isEqualTo(
              Optional.ofNullable(commits.floorEntry(segment))
                  .filter(entry -> entry.getKey() >= first)
                  .map(Map.Entry::getValue));
      assertThat(read).as("of %d segments", SEGMENTS).hasSizeLessThan(16);
    }
  }

  private Optional<Instant> at(int segment) {
    Journal journal = new Journal(cluster);
    JournalView view = journal.view();
    return new WindowFinder(journal, view, FIRST)
        .lastCommit(start.plus((long) segment * MadeWal.SEGMENT + 1))
        .map(Commit::time);
  }

  /** Notes which segments are read. */
  private Store watched() {
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (_, method, arguments) -> call(method, arguments));
  }

  private Object call(Method method, Object[] arguments) throws Throwable {
    if (method.getName().equals("read") && arguments[0].toString().contains("/wal/")) {
      read.add(arguments[0].toString());
    }
    try {
      return method.invoke(memory, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
