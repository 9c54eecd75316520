package io.mockupaws.engine.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.MadeJournal;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Lease;
import io.mockupaws.engine.repository.LeaseRole;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Stores;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** History goes on behind WAL that cannot be read, and tells where that is. */
class BrokenWalTest {
  private static final Timeline FIRST = new Timeline(1);
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final LateStore store = new LateStore(Stores.inMemory());
  private final Repository repository =
      Repository.create(store, Optional.empty(), new SecureRandom());
  private final ClusterRepository cluster =
      repository.createCluster(
          new ClusterIdentity("c", MadeJournal.SYSTEM, 15, MadeJournal.SEGMENT, NOON));
  private final MadeJournal made;
  private final Lsn start;

  BrokenWalTest(@TempDir Path spool) {
    made = new MadeJournal(repository, cluster, spool);
    start = made.end();
  }

  private Lsn at(int segments) {
    return start.plus((long) segments * MadeJournal.SEGMENT);
  }

  private SegmentName segment(int number) {
    return SegmentName.containing(FIRST, at(number), MadeJournal.SEGMENT);
  }

  /** A row of a table goes; where its commit ends. */
  private Lsn delete(int table) {
    made.recordOfNext(MadeHeap.RMGR, MadeHeap.DELETE, MadeHeap.delete(table));
    return made.commit(NOON);
  }

  /** The commit of a transaction that deleted a row; where its record begins. */
  private Lsn breakARecord() {
    made.recordOfNext(MadeHeap.RMGR, MadeHeap.DELETE, MadeHeap.delete(20_002));
    Lsn broken = made.end();
    made.damage(made.commit(NOON).plus(-8));
    return broken;
  }

  private HistoryReport read() {
    HistoryRequest all =
        new HistoryRequest(
            Optional.empty(), Optional.empty(), Optional.empty(), Set.of(), Optional.empty(), 1);
    return assertTimeoutPreemptively(PATIENCE, () -> new History(cluster).read(all));
  }

  private static List<Integer> files(HistoryReport report) {
    return report.events().stream().map(event -> event.file().orElseThrow().number()).toList();
  }

  /** The rest of its segment is there, and nothing of it can be understood. */
  @Test
  void goesOnInTheSegmentBehindARecordedBrokenRecord() {
    delete(20_001);
    made.fillTo(1.4);
    Lsn broken = breakARecord();
    made.fillTo(2.5);
    delete(20_003);
    made.fillTo(3.5);
    made.store();
    assertThat(new Journal(cluster).view().holes()).hasSize(1);
    HistoryReport report = read();
    assertThat(report.gaps()).containsExactly(new HistoryReport.Gap(broken, at(2)));
    assertThat(files(report)).containsExactly(20_001, 20_003);
  }

  @Test
  void goesOnBehindEachOfSeveral() {
    delete(20_001);
    made.fillTo(1.4);
    Lsn broken = breakARecord();
    made.fillTo(2.02);
    breakARecord();
    made.fillTo(3.5);
    delete(20_003);
    made.fillTo(4.2);
    made.store();
    HistoryReport report = read();
    assertThat(report.gaps().getFirst().from()).isEqualTo(broken);
    assertThat(report.gaps().getLast().to()).isEqualTo(at(3));
    assertThat(files(report)).containsExactly(20_001, 20_003);
  }

  /** Damage that came later, of which nothing is on record, costs its segments and no others. */
  @Test
  void aDamagedObjectCostsItsSegmentAlone() {
    delete(20_001);
    made.fillTo(1.5);
    delete(20_002);
    made.fillTo(2.5);
    delete(20_003);
    made.fillTo(3.5);
    delete(20_004);
    made.fillTo(4.5);
    made.store();
    ObjectKey key = cluster.key("wal/00000001/" + segment(2).fileName());
    byte[] bytes = store.read(key, 0, 2 * MadeJournal.SEGMENT);
    bytes[bytes.length / 3] ^= 1;
    store.delete(key);
    store.create(key, bytes);
    HistoryReport report = read();
    assertThat(report.gaps()).hasSize(1);
    assertThat(report.gaps().getFirst().from()).isBetween(at(2), at(3));
    assertThat(report.gaps().getFirst().to()).isEqualTo(at(3));
    assertThat(files(report)).containsExactly(20_001, 20_002, 20_004);
  }

  /** Segments are stored side by side: no gap, and nothing that is forgotten at one. */
  @Test
  void waitsForASegmentThatIsOnItsWay() {
    delete(20_001);
    made.fillTo(1.5);
    delete(20_002);
    made.fillTo(3.5);
    made.store();
    try (Lease _ = cluster.acquireLease(LeaseRole.JOURNAL, Duration.ZERO)) {
      store.late(cluster.key("wal/00000001/" + segment(1).fileName()), 20);
      HistoryReport report = read();
      assertThat(report.gaps()).isEmpty();
      assertThat(files(report)).containsExactly(20_001, 20_002);
    }
  }

  /** WAL that was stored and is gone behind what there is. */
  @Test
  void tellsWhatIsLostAtTheEnd() {
    delete(20_001);
    made.fillTo(2.5);
    made.store();
    made.fillTo(2.8);
    made.store();
    ObjectKey first = cluster.list("tail/").getFirst().key();
    store.delete(first);
    HistoryReport report = read();
    assertThat(report.to()).isEqualTo(at(2));
    assertThat(report.gaps()).hasSize(1);
    assertThat(report.gaps().getFirst().from()).isEqualTo(at(2));
    assertThat(report.gaps().getFirst().to()).isGreaterThan(at(2));
    assertThat(files(report)).containsExactly(20_001);
  }
}
