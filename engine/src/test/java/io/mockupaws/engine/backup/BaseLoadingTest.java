package io.mockupaws.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.pg.Fork;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Relation;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.backup.BackupRequest.Kind;
import io.mockupaws.engine.cluster.ServerFacts;
import io.mockupaws.engine.journal.MadeJournal;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Lease;
import io.mockupaws.engine.repository.LeaseRole;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.engine.verify.MadeBackups;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The base of a backup, read before the server is in backup mode. */
class BaseLoadingTest {
  private static final Relation RELATION = new Relation(1663, 5, 16_384);

  private final Store store = Stores.inMemory();
  private final MadeBackups made;
  private final ClusterRepository cluster;

  BaseLoadingTest(@TempDir Path spool) {
    made = new MadeBackups(spool, store).usual();
    cluster =
        Repository.open(store, Optional.of(Secret.of(MadeBackups.KEY)), new SecureRandom())
            .cluster("c");
  }

  private static ServerFacts facts() {
    return facts(1);
  }

  private static ServerFacts facts(int timeline) {
    return new ServerFacts(
        150_003,
        MadeJournal.SYSTEM,
        new Timeline(timeline),
        MadeJournal.SEGMENT,
        8192,
        131_072,
        202_209_061,
        "/data",
        0700,
        true,
        false,
        "UTF8",
        "UTC",
        Instant.EPOCH,
        Map.of(),
        List.of());
  }

  private BaseFinder.Choice choose() {
    return new BaseFinder(cluster, facts()).choose(() -> false);
  }

  private BaseLoading loading(List<ManifestHead> heads, Lease lease) {
    Watch watch =
        new Watch(
            BackupProgress.none(),
            lease,
            new DurableWal() {
              @Override
              public void check() {}

              @Override
              public boolean isDurable(BackupSpan span) {
                return true;
              }
            });
    return new BaseLoading(cluster, facts(), heads, Kind.AUTO, new Counters(), watch);
  }

  private Lease lease() {
    return cluster.acquireLease(LeaseRole.BACKUP, Duration.ZERO);
  }

  /** Turns a byte of an object over. */
  private void damage(ObjectKey key) {
    byte[] bytes = store.read(key, 0, Integer.MAX_VALUE);
    bytes[bytes.length / 2] ^= 1;
    store.delete(key);
    store.create(key, bytes);
  }

  private void change(int block) {
    new MadeRecords(made.journal()).block(RELATION, Fork.MAIN, block);
  }

  @Test
  void whatIsWrittenUntilTheStartIsAddedToWhatWasRead() {
    List<ManifestHead> heads = choose().demand();
    try (Lease lease = lease()) {
      BaseLoading loading = loading(heads, lease);
      change(7);
      made.journal().store();
      Base ahead = loading.ahead().orElseThrow();
      assertThat(ahead.upTo()).isEqualTo(made.journal().end());
      change(8);
      Lsn start = made.journal().end();
      change(9);
      made.journal().store();
      Base base = loading.upTo(ahead, start, () -> {});
      assertThat(base.head().id()).isEqualTo(heads.getFirst().id());
      var changes = base.changes().changes(RELATION, Fork.MAIN);
      assertThat(List.of(changes.contains(7), changes.contains(8), changes.contains(9)))
          .containsExactly(true, true, false);
    }
  }

  /** On an idle standby a backup begins where the last one did, before that one's end. */
  @Test
  void aBackupThatBeginsBeforeTheNewestEndedBuildsOnAnOlderOne() {
    List<ManifestHead> heads = choose().demand();
    assertThat(heads).hasSize(2);
    try (Lease lease = lease()) {
      BaseLoading loading = loading(heads, lease);
      Base ahead = loading.ahead().orElseThrow();
      assertThat(ahead.head().id()).isEqualTo(heads.getFirst().id());
      Base base = loading.upTo(ahead, heads.getFirst().start(), () -> {});
      assertThat(base.head().id()).isEqualTo(heads.getLast().id());
      Failure none =
          catchThrowableOfType(
              Failure.class, () -> loading.upTo(ahead, heads.getLast().start(), () -> {}));
      assertThat(none.code()).isEqualTo(ErrorCode.NO_BASE_BACKUP);
      assertThat(none.what()).contains("ahead of this server");
    }
  }

  /** Packs that are lost: the next older base, then none, with the reason of the newest. */
  @Test
  void ofADamagedBaseAnOlderOneTakesThePlace() {
    List<ManifestHead> heads = choose().demand();
    try (Lease lease = lease()) {
      cluster.list("packs/" + heads.getFirst().id() + "/").forEach(o -> cluster.delete(o.key()));
      assertThat(loading(heads, lease).ahead().orElseThrow().head().id())
          .isEqualTo(heads.getLast().id());
      cluster.list("packs/").forEach(object -> cluster.delete(object.key()));
      Failure none = catchThrowableOfType(Failure.class, () -> loading(heads, lease).ahead());
      assertThat(none.code()).isEqualTo(ErrorCode.NO_BASE_BACKUP);
      assertThat(none.what()).contains("packs of " + heads.getFirst().id());
    }
  }

  /** A segment behind the newest backup's stop, taken away; another process streams. */
  private Map.Entry<ObjectKey, byte[]> late() {
    List<ObjectInfo> segments = cluster.list("wal/");
    ObjectKey key = segments.getLast().key();
    byte[] content = store.read(key, 0, Integer.MAX_VALUE);
    store.delete(key);
    return Map.entry(key, content);
  }

  private BaseFinder finder(Pause pause) {
    return finder(facts(), Duration.ofMillis(200), pause);
  }

  /** Each look takes as long as it is said to. */
  private BaseFinder finder(ServerFacts facts, Duration look, Pause pause) {
    long[] now = new long[1];
    return new BaseFinder(
        cluster,
        facts,
        attempt -> {
          now[0] += look.toNanos();
          pause.before(attempt);
        },
        () -> now[0]);
  }

  private Base load(BaseFinder finder) {
    return finder.load(
        finder.choose(() -> false).demand(), Optional.empty(), new MostWal(Kind.AUTO), () -> false);
  }

  /** A store that refuses it for a minute is no reason to read a terabyte again. */
  @Test
  void aSegmentThatAStreamIsStoringIsWaitedFor() {
    List<ManifestHead> heads = choose().demand();
    var late = late();
    try (Lease _ = cluster.acquireLease(LeaseRole.JOURNAL, Duration.ZERO)) {
      int[] looks = new int[1];
      Base base =
          load(
              finder(
                  _ -> {
                    if (++looks[0] == 300) {
                      store.create(late.getKey(), late.getValue());
                    }
                  }));
      assertThat(base.head()).isEqualTo(heads.getFirst());
      assertThat(base.upTo()).isEqualTo(made.journal().end());
      assertThat(looks[0]).isEqualTo(300);
    }
  }

  /** Two minutes, once, not again for each older backup; and the reason is said. */
  @Test
  void oneThatDoesNotComeIsWaitedForOnceAndTold() {
    late();
    int[] looks = new int[1];
    try (Lease _ = cluster.acquireLease(LeaseRole.JOURNAL, Duration.ZERO)) {
      BaseFinder finder = finder(_ -> looks[0]++);
      assertThat(finder.choose(() -> false).heads()).hasSize(2);
      Failure none = catchThrowableOfType(Failure.class, () -> load(finder));
      assertThat(none.code()).isEqualTo(ErrorCode.NO_BASE_BACKUP);
      assertThat(none.what()).contains("is missing", "did not come while it was waited for");
    }
    assertThat(looks[0]).isEqualTo(600);
    BaseFinder.Choice alone = choose();
    assertThat(alone.heads()).as("where nobody streams").isEmpty();
    assertThat(alone.reason()).contains("is followed by WAL that the repository lacks");
  }

  /** Where a store takes long to list the WAL it is not asked six hundred times. */
  @Test
  void twoMinutesAreTwoMinutesOfASlowStoreToo() {
    late();
    int[] looks = new int[1];
    try (Lease _ = cluster.acquireLease(LeaseRole.JOURNAL, Duration.ZERO)) {
      BaseFinder finder = finder(facts(), Duration.ofSeconds(10), _ -> looks[0]++);
      assertThat(catchThrowableOfType(Failure.class, () -> load(finder)).code())
          .isEqualTo(ErrorCode.NO_BASE_BACKUP);
      assertThat(looks[0]).isEqualTo(12);
      BaseFinder promoted = finder(facts(2), Duration.ofSeconds(10), _ -> looks[0]++);
      assertThat(promoted.choose(() -> false).heads()).isEmpty();
      assertThat(looks[0]).isEqualTo(24);
    }
  }

  /** Of a server that was just promoted: the stream has yet to follow it. */
  @Test
  void aTimelineThatAStreamHasNotHeardOfIsWaitedForAndTold() {
    int[] looks = new int[1];
    BaseFinder promoted = finder(facts(2), Duration.ofMillis(200), _ -> looks[0]++);
    try (Lease _ = cluster.acquireLease(LeaseRole.JOURNAL, Duration.ZERO)) {
      BaseFinder.Choice choice = promoted.choose(() -> false);
      assertThat(choice.heads()).isEmpty();
      assertThat(choice.reason()).contains("is not on the way to the server's timeline 2");
    }
    assertThat(looks[0]).isEqualTo(600);
    assertThat(promoted.choose(() -> false).heads()).isEmpty();
    assertThat(looks[0]).as("where nobody streams").isEqualTo(600);
  }

  /** Ctrl-C is heard, and a plan says what is known. */
  @Test
  void waitingForATimelineEndsWhenToldTo() {
    int[] looks = new int[1];
    BaseFinder promoted = finder(facts(2), Duration.ofMillis(200), _ -> looks[0]++);
    try (Lease _ = cluster.acquireLease(LeaseRole.JOURNAL, Duration.ZERO)) {
      assertThat(promoted.choose(() -> looks[0] == 3).heads()).isEmpty();
      assertThat(looks[0]).isEqualTo(3);
      assertThat(promoted.choose(() -> true).reason())
          .contains("is not on the way to the server's timeline 2");
      assertThat(looks[0]).isEqualTo(3);
    }
  }

  /** Its packs are whole, and the same content as of that which took its place. */
  @Test
  void ofAConsolidatedBaseThatLostAPackTheOneBeforeTakesThePlace() {
    BackupId consolidated = new BackupId("20260408T120000Z-incremental-3c4e");
    made.inPlaceOf(consolidated, MadeBackups.SECOND);
    List<ManifestHead> heads = choose().demand();
    assertThat(heads)
        .extracting(ManifestHead::id)
        .containsExactly(consolidated, MadeBackups.SECOND, MadeBackups.FIRST);
    assertThat(load(finder(Pause.DOUBLING)).head().id()).isEqualTo(consolidated);
    cluster.delete(cluster.list("packs/" + consolidated + "/").getFirst().key());
    assertThat(load(finder(Pause.DOUBLING)).head().id()).isEqualTo(MadeBackups.SECOND);
  }

  /** AUTO takes a full one and says this; asked for, an incremental one is refused. */
  @Test
  void aManifestThatCannotBeReadIsNoBaseAndAReason() {
    List<ManifestHead> heads = choose().demand();
    damage(cluster.manifestKey(heads.getFirst().id()));
    assertThat(choose().heads()).containsExactly(heads.getLast());
    damage(cluster.manifestKey(heads.getLast().id()));
    assertThat(choose().heads()).isEmpty();
    assertThat(choose().reason()).contains(heads.getFirst().id() + " cannot be read");
    Failure refused = catchThrowableOfType(Failure.class, () -> choose().demand());
    assertThat(refused.code()).isEqualTo(ErrorCode.NO_BASE_BACKUP);
    assertThat(refused.what()).contains("cannot be read");
  }
}
