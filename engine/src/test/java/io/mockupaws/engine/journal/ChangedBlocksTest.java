package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.pg.Fork;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Relation;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.summary.Summary;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Held against a list of what was written where; each record goes across pages, some segments. */
class ChangedBlocksTest {
  private static final Timeline FIRST = new Timeline(1);
  private static final Relation RELATION = new Relation(1663, 5, 16_384);
  private static final int BTREE = 11;
  private static final int SEGMENTS = 6;

  private final Store store = Stores.inMemory();
  private final Repository repository =
      Repository.create(store, Optional.empty(), new SecureRandom());
  private final ClusterRepository cluster =
      repository.createCluster(
          new ClusterIdentity("c", MadeWal.SYSTEM, 15, MadeWal.SEGMENT, Instant.EPOCH));
  private final MadeJournal made;
  private final Lsn start;

  /** The record number n changed block n; where each begins. */
  private final List<Lsn> records = new ArrayList<>();

  ChangedBlocksTest(@TempDir Path spool) {
    made = new MadeJournal(repository, cluster, spool);
    start = made.end();
    while (made.end().minus(start) < (long) ((SEGMENTS + 0.5) * MadeWal.SEGMENT)) {
      records.add(made.record(BTREE, 0, change(records.size())));
    }
    made.store();
  }

  static byte[] change(int block) {
    int main = 5000;
    ByteBuffer body = ByteBuffer.allocate(20 + 5 + main).order(ByteOrder.LITTLE_ENDIAN);
    body.put((byte) 0).put((byte) 0).putShort((short) 0);
    body.putInt(1663).putInt(5).putInt(16_384).putInt(block);
    body.put((byte) 254).putInt(main);
    return body.array();
  }

  @Test
  void eachFinishedSegmentHasASummaryButThatBeforeWhichNothingIsKnown() {
    List<ObjectInfo> there = summaries();
    assertThat(there).hasSize(SEGMENTS - 1);
    assertThat(there.getFirst().key().value())
        .endsWith("summaries/00000001/" + fileName(start.plus(MadeWal.SEGMENT)));
  }

  @Test
  void summariesAndWalSayTheSameInAnyMixture() {
    holds();
    removeSummaries(i -> i % 2 == 0);
    holds();
    removeSummaries(i -> true);
    assertThat(summaries()).isEmpty();
    holds();
  }

  @Test
  void aDamagedSummaryIsPassedOver() {
    for (ObjectInfo object : summaries()) {
      byte[] bytes = store.read(object.key(), 0, Integer.MAX_VALUE);
      bytes[bytes.length / 2] ^= 1;
      store.delete(object.key());
      store.create(object.key(), bytes);
    }
    holds();
  }

  /** Only what nothing sums up is counted: the tail, and each segment without a summary. */
  @Test
  void howMuchWalHasNoSummaryIsKnownBeforeItIsRead() {
    JournalView view = new Journal(cluster).view();
    ChangedBlocks changed = new ChangedBlocks(cluster, 8192);
    Lsn end = made.end();
    Lsn begin = start.segmentStart(MadeWal.SEGMENT);
    long tail = end.minus(end.segmentStart(MadeWal.SEGMENT));
    long first = begin.plus(MadeWal.SEGMENT).minus(start);
    assertThat(changed.unsummarised(view, FIRST, start, end)).isEqualTo(first + tail);
    Lsn second = begin.plus(MadeWal.SEGMENT);
    assertThat(changed.unsummarised(view, FIRST, second.plus(100), end)).isEqualTo(tail);
    removeSummaries(i -> i == 1 || i == 3);
    long two = 2L * MadeWal.SEGMENT;
    assertThat(changed.unsummarised(view, FIRST, second.plus(100), end)).isEqualTo(two + tail);
    assertThat(new ChangedBlocks(cluster, 16_384).unsummarised(view, FIRST, second, end))
        .isEqualTo(end.minus(second));
  }

  @Test
  void whatIsMissingIsNamed() {
    ObjectKey gone =
        ObjectKey.of(
            cluster.prefix() + "wal/00000001/" + fileName(start.plus(3L * MadeWal.SEGMENT)));
    store.delete(gone);
    removeSummaries(i -> true);
    JournalView view = new Journal(cluster).view();
    Failure failure =
        catchThrowableOfType(
            Failure.class,
            () ->
                new ChangedBlocks(cluster, 8192)
                    .between(view, FIRST, start, made.end(), () -> false));
    assertThat(failure.code()).isEqualTo(ErrorCode.WAL_HOLE);
  }

  /** Pages of another size have other places in the visibility map: the WAL alone tells. */
  @Test
  void otherPageSizesAreReadFromTheWal() {
    removeSummaries(i -> false);
    JournalView view = new Journal(cluster).view();
    Summary summary =
        new ChangedBlocks(cluster, 16_384).between(view, FIRST, start, made.end(), () -> false);
    assertThat(blocks(summary)).hasSize(records.size());
  }

  private void holds() {
    Random random = new Random(4);
    JournalView view = new Journal(cluster).view();
    ChangedBlocks changed = new ChangedBlocks(cluster, 8192);
    for (int i = 0; i < 40; i++) {
      int first = random.nextInt(records.size());
      int last = first + random.nextInt(records.size() - first);
      Lsn from = records.get(first);
      Lsn to = i % 8 == 0 ? made.end() : records.get(last);
      Set<Integer> blocks = blocks(changed.between(view, FIRST, from, to, () -> false));
      Set<Integer> least = new TreeSet<>();
      Set<Integer> most = new TreeSet<>();
      for (int n = 0; n < records.size(); n++) {
        Lsn end = n + 1 < records.size() ? records.get(n + 1) : made.end();
        if (records.get(n).isBefore(to)) {
          if (!records.get(n).isBefore(from)) {
            least.add(n);
          }
          if (end.isAfter(from.segmentStart(MadeWal.SEGMENT))) {
            most.add(n);
          }
        }
      }
      assertThat(blocks).as("%s to %s", from, to).containsAll(least);
      assertThat(most).as("%s to %s", from, to).containsAll(blocks);
    }
  }

  private Set<Integer> blocks(Summary summary) {
    Set<Integer> blocks = new TreeSet<>();
    assertThat(summary.everything()).isEmpty();
    summary
        .changes(RELATION, Fork.MAIN)
        .forEachRun(
            0,
            records.size(),
            (first, count) -> {
              for (long block = first; block < first + count; block++) {
                blocks.add((int) block);
              }
            });
    return blocks;
  }

  private List<ObjectInfo> summaries() {
    return cluster.list("summaries/");
  }

  private void removeSummaries(IntPredicate which) {
    List<ObjectInfo> there = summaries();
    for (int i = 0; i < there.size(); i++) {
      if (which.test(i)) {
        store.delete(there.get(i).key());
      }
    }
  }

  private static String fileName(Lsn at) {
    return SegmentName.containing(FIRST, at, MadeWal.SEGMENT).fileName();
  }
}
