package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Seven days of WAL at 50 MB/s in segments of 16 MB, listed before a little real WAL. */
class HugeJournalTest {
  private static final int MADE_UP = 1_800_000;
  private static final Timeline FIRST = new Timeline(1);
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");

  @TempDir Path spool;

  private final Store memory = Stores.inMemory();
  private boolean isHuge;

  @Test
  void itsWindowAndItsEndAreFoundInASmallHeap() {
    Store store =
        (Store)
            Proxy.newProxyInstance(
                Store.class.getClassLoader(),
                new Class<?>[] {Store.class},
                (_, method, arguments) -> answer(method, arguments));
    Repository repository = Repository.create(store, Optional.empty(), new SecureRandom());
    ClusterRepository cluster =
        repository.createCluster(
            new ClusterIdentity("c", MadeWal.SYSTEM, 15, MadeWal.SEGMENT, NOON));
    MadeJournal made =
        new MadeJournal(repository, cluster, spool, (long) MADE_UP * MadeWal.SEGMENT);
    Lsn start = made.end();
    made.fillTo(2.5);
    made.commit(NOON);
    made.fillTo(3.5);
    made.store();
    isHuge = true;

    Journal journal = new Journal(cluster);
    JournalView view = journal.view();
    assertThat(view.stretches()).containsExactly(new Stretch(FIRST, new Lsn(0), made.end()));
    assertThat(view.holes()).isEmpty();
    assertThat(view.covers(FIRST, new Lsn(0), made.end())).isTrue();
    assertThat(journal.window(view, FIRST).lastCommit().orElseThrow().time()).isEqualTo(NOON);
    ResolvedTarget newest =
        journal.resolve(
            view,
            new TargetRequest.Latest(),
            FIRST,
            MadeHeads.head(start, start.plus(100), NOON.minusSeconds(10)));
    assertThat(newest.recordEnd()).isEqualTo(made.end());
  }

  /** The made-up segments come before the real ones in every visit of the folder. */
  private Object answer(Method method, Object[] arguments) throws Throwable {
    if (isHuge && method.getName().equals("forEach") && arguments[0].equals("clusters/c/wal/")) {
      @SuppressWarnings("unchecked")
      Consumer<ObjectInfo> visitor = (Consumer<ObjectInfo>) arguments[2];
      for (long number = 0; number < MADE_UP; number++) {
        String name = new SegmentName(FIRST, number, MadeWal.SEGMENT).fileName();
        ObjectKey key = ObjectKey.of("clusters/c/wal/00000001/" + name);
        visitor.accept(new ObjectInfo(key, MadeWal.SEGMENT, NOON));
      }
    }
    try {
      return method.invoke(memory, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
