package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Lease;
import io.mockupaws.engine.repository.LeaseRole;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A segment that is stored before the one in front of it. */
class SettledViewTest {
  private static final Timeline FIRST = new Timeline(1);
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");

  private final Store store = Stores.inMemory();
  private final Repository repository =
      Repository.create(store, Optional.empty(), new SecureRandom());
  private final ClusterRepository cluster =
      repository.createCluster(new ClusterIdentity("c", MadeWal.SYSTEM, 15, MadeWal.SEGMENT, NOON));
  private final Journal journal = new Journal(cluster);
  private final AtomicInteger pauses = new AtomicInteger();
  private final ObjectKey late;
  private final byte[] content;
  private final Lsn start;
  private final Lsn end;

  SettledViewTest(@TempDir Path spool) {
    MadeJournal made = new MadeJournal(repository, cluster, spool);
    start = made.end();
    made.fillTo(3.5);
    made.store();
    end = made.end();
    late =
        new JournalKeys(cluster.prefix())
            .segment(SegmentName.containing(FIRST, start.plus(MadeWal.SEGMENT), MadeWal.SEGMENT));
    content = store.read(late, 0, 2 * MadeWal.SEGMENT);
    store.delete(late);
  }

  private JournalView look(int comesAfter) {
    return new SettledView(
            cluster,
            journal::view,
            _ -> {
              if (pauses.incrementAndGet() == comesAfter) {
                store.create(late, content);
              }
            })
        .get();
  }

  @Test
  void isWaitedForWhileAStreamRuns() {
    try (Lease _ = cluster.acquireLease(LeaseRole.JOURNAL, Duration.ZERO)) {
      assertThat(look(5).contiguousEnd(FIRST, start)).isEqualTo(end);
      assertThat(pauses).hasValue(5);
    }
  }

  @Test
  void thatDoesNotComeIsAHole() {
    try (Lease _ = cluster.acquireLease(LeaseRole.JOURNAL, Duration.ZERO)) {
      JournalView view = look(Integer.MAX_VALUE);
      assertThat(view.contiguousEnd(FIRST, start)).isLessThan(end);
      assertThat(view.holes()).hasSize(1);
      assertThat(pauses).hasValue(15);
    }
  }

  @Test
  void isNotWaitedForWhereNobodyStreams() {
    assertThat(look(1).holes()).hasSize(1);
    assertThat(pauses).hasValue(0);
  }
}
