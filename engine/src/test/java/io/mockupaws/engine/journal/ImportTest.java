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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An archive into which a restored copy archived its own timeline, as a drill by hand does. */
class ImportTest {
  private static final int SIZE = MadeWal.SEGMENT;
  private static final Timeline FIRST = new Timeline(1);
  private static final Timeline DRILL = new Timeline(2);

  @TempDir private Path folder;
  private final Store archive = Stores.inMemory();
  private final ClusterRepository cluster =
      Repository.create(Stores.inMemory(), Optional.empty(), new SecureRandom())
          .createCluster(new ClusterIdentity("c", MadeWal.SYSTEM, 15, SIZE, Instant.EPOCH));
  private final MadeWal wal = new MadeWal(64L << 20);

  private void archive(SegmentName as) {
    byte[] bytes = Arrays.copyOf(wal.bytes(as.start(), SIZE), SIZE);
    archive.create(ObjectKey.of(as.fileName()), bytes);
  }

  private Import.Done run(boolean takesOver) {
    Import taking = new Import(cluster, archive, takesOver);
    try (Lease lease = cluster.acquireLease(LeaseRole.JOURNAL, Duration.ZERO)) {
      return taking.run(taking.plan(), lease, InstantSource.system(), folder, (_, _) -> false);
    }
  }

  @Test
  void aDrillsTimelineIsLeftOutUnlessItTookOver() {
    wal.fillTo(wal.start().plus(3L * SIZE));
    Lsn second = wal.start().plus(SIZE);
    archive(SegmentName.containing(FIRST, wal.start(), SIZE));
    archive(SegmentName.containing(DRILL, second, SIZE));
    String history = "1\t" + second + "\tbefore 2026-04-07 12:00:00+00\n";
    archive.create(ObjectKey.of(DRILL.historyFileName()), history.getBytes(StandardCharsets.UTF_8));

    Import.Done done = run(false);
    assertThat(done.refused()).extracting(Import.Note::file).containsExactly("00000002.history");
    assertThat(done.refused().getFirst().why()).contains("restored copy", "left out");
    assertThat(done.leftOut()).containsExactly(DRILL);
    assertThat(new Journal(cluster).view().writtenTimelines()).containsExactly(FIRST);
    assertThat(cluster.list("history/")).isEmpty();

    assertThat(run(true).leftOut()).isEmpty();
    assertThat(cluster.list("history/")).hasSize(1);
  }
}
