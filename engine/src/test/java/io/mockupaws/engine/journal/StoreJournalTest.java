package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.engine.cluster.ServerPosition;
import io.mockupaws.engine.replication.Replication;
import io.mockupaws.engine.replication.ReplicationListener;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.CutStore;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.engine.verify.MadeBackups;
import io.mockupaws.store.GroupPolicy;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two stores, of which one was away while the other went on. */
class StoreJournalTest {
  private static final GroupPolicy POLICY =
      new GroupPolicy(Duration.ofSeconds(60), Duration.ofHours(1), Duration.ofHours(1));

  /** The last commit that both have, and the last one of all. */
  private static final Instant BEFORE = Instant.parse("2026-04-08T13:00:00Z");

  private static final Instant LAST = BEFORE.plusSeconds(300);

  @TempDir private Path spool;
  private final Store memoryA = Stores.inMemory();
  private final Store memoryB = Stores.inMemory();
  private final CutStore b = new CutStore(memoryB);

  private Store group() {
    return Stores.group(List.of(memoryA, b.store()), POLICY);
  }

  private static ClusterRepository cluster(Store store) {
    return Repository.open(store, Optional.of(Secret.of(MadeBackups.KEY)), new SecureRandom())
        .cluster("c");
  }

  /** How each store stands, in the order of the configuration. */
  private static List<Optional<StoreJournal>> look(Store group, Optional<ServerPosition> server) {
    ClusterRepository cluster = cluster(group);
    return group.members().stream()
        .map(member -> StoreJournal.of(cluster, member, server))
        .toList();
  }

  @Test
  void eachStoreIsJudgedByWhatItHasItself() {
    MadeBackups made = new MadeBackups(spool, group()).usual();
    Lsn both = made.journal().end();
    b.cutOff();
    made.journal().fillTo(4.8);
    Lsn end = made.journal().commit(LAST);
    made.journal().store();
    ServerPosition server = new ServerPosition(end, LAST.plusSeconds(7), false);

    List<Optional<StoreJournal>> away = look(group(), Optional.of(server));
    assertThat(away.getFirst().orElseThrow().behind())
        .contains(new Behind(0, Optional.of(Duration.ZERO)));
    assertThat(away.getLast()).as("what is away cannot be judged").isEmpty();

    b.heal();
    List<Optional<StoreJournal>> back = look(group(), Optional.of(server));
    StoreJournal first = back.getFirst().orElseThrow();
    assertThat(first.end()).isEqualTo(end);
    assertThat(first.newest().orElseThrow().time()).isEqualTo(LAST);
    StoreJournal second = back.getLast().orElseThrow();
    assertThat(second.end()).isEqualTo(both);
    assertThat(second.behind())
        .contains(new Behind(end.minus(both), Optional.of(Duration.ofSeconds(307))));
    assertThat(second.newest().orElseThrow().time()).isEqualTo(BEFORE);

    Store again = group();
    new Replication(again, cluster(again).copier()).replicate(ReplicationListener.silent());
    assertThat(look(again, Optional.of(server)).getLast()).contains(first);
  }

  /** All WAL without a backup brings nothing back. */
  @Test
  void aStoreWithoutABackupHasNoMomentThoughItHasTheWal() {
    new MadeBackups(spool, group()).usual();
    for (ObjectInfo manifest : memoryB.list("clusters/c/backups/", "", 10).objects()) {
      memoryB.delete(ObjectKey.of(manifest.key().value()));
    }
    List<Optional<StoreJournal>> stores = look(group(), Optional.empty());
    assertThat(stores.getFirst().orElseThrow().newest()).isPresent();
    assertThat(stores.getLast().orElseThrow().newest()).isEmpty();
    assertThat(stores.getLast().orElseThrow().end())
        .isEqualTo(stores.getFirst().orElseThrow().end());
    assertThat(stores.getLast().orElseThrow().behind()).isEmpty();
  }
}
