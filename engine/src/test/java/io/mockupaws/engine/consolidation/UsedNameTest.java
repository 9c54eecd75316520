package io.mockupaws.engine.consolidation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.BackupKind;
import io.mockupaws.core.format.FileEntry;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.format.ManifestLog;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.Run;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.PackSet;
import io.mockupaws.engine.repository.PackStream;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Stores;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Chance gives the name that the backup itself has, first; then another one. */
class UsedNameTest {
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");
  private static final BackupId ID = new BackupId("20260407T120000Z-incremental-0000");

  private final ClusterRepository cluster =
      Repository.create(Stores.inMemory(), Optional.empty(), new SecureRandom())
          .createCluster(new ClusterIdentity("c", 7, 18, 1 << 24, NOON));

  private void commit() {
    PackSet packs = cluster.newPacks(ID, PackSet.DEFAULT_PACK_BYTES);
    try (ManifestLog log = new ManifestLog();
        PackStream stream = packs.open()) {
      stream.beginFile();
      stream.write(ByteBuffer.allocate(10_000));
      List<Run> all = stream.endFile();
      stream.finish();
      log.add(
          new FileEntry(
              "base/5/1",
              FileEntry.Origin.DATA,
              100,
              0600,
              NOON,
              0,
              List.of(new Run(0, 100, 0, all.getFirst().frame(), 0))));
      cluster.commit(head(), packs.finish(), log);
    }
  }

  private static ManifestHead head() {
    return new ManifestHead(
        ID,
        BackupKind.INCREMENTAL,
        "c",
        7,
        180000,
        new Timeline(1),
        new Lsn(1000),
        new Lsn(2000),
        NOON,
        NOON,
        1 << 24,
        8192,
        true,
        "",
        false,
        "sql",
        "/data",
        0700,
        Map.of(),
        List.of(),
        1,
        100,
        10_000,
        List.of());
  }

  @Test
  void theBackupKeepsItsPacks() {
    commit();
    List<ObjectKey> before = cluster.list("packs/").stream().map(ObjectInfo::key).toList();
    int[] calls = {0};
    RandomGenerator chance =
        new RandomGenerator() {
          @Override
          public long nextLong() {
            return 0;
          }

          @Override
          public int nextInt(int bound) {
            return calls[0]++ == 0 ? 0 : 1;
          }
        };
    Consolidations consolidations = new Consolidations(cluster, InstantSource.system(), chance);
    ConsolidationPlan plan = consolidations.plan(ID);
    BitSet first = new BitSet();
    first.set(0);
    assertThat(plan.rewrite()).isEqualTo(first);
    Consolidated done = consolidations.run(plan, ConsolidationProgress.NONE);
    assertThat(done.id().value()).endsWith("-0001");
    assertThat(cluster.list("packs/")).extracting(ObjectInfo::key).containsAll(before);
    assertThat(cluster.manifest(ID).packs()).hasSize(1);
    assertThat(cluster.manifest(done.id()).head().consolidates()).contains(ID);
  }
}
