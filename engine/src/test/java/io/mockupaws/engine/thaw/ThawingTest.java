package io.mockupaws.engine.thaw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.engine.verify.BackupVerdict;
import io.mockupaws.engine.verify.Depth;
import io.mockupaws.engine.verify.MadeBackups;
import io.mockupaws.engine.verify.Verifier;
import io.mockupaws.engine.verify.VerifyReport;
import io.mockupaws.engine.verify.VerifyRequest;
import io.mockupaws.store.GroupPolicy;
import io.mockupaws.store.StorageClass;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreException;
import io.mockupaws.store.Stores;
import io.mockupaws.store.Thaw;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup of which the packs lie in a frozen class. */
class ThawingTest {
  private static final BackupId FIRST = new BackupId("20260407T120000Z-full-1a2b");
  private static final Duration TAKES = Duration.ofHours(5);
  private static final long GIB = 1L << 30;

  @TempDir private Path spool = Path.of("");
  private final Store made = Stores.inMemory();
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-12-01T00:00:00Z"));
  private final ColdBucket bucket = new ColdBucket(made, now::get, TAKES);

  private void pass(Duration time) {
    now.updateAndGet(before -> before.plus(time));
  }

  private ClusterRepository cluster(Store store) {
    return Repository.open(store, Optional.of(Secret.of(MadeBackups.KEY)), new SecureRandom())
        .cluster("c");
  }

  private List<ObjectKey> packs() {
    return cluster(made).manifest(FIRST).packs().stream().map(PackTable::key).toList();
  }

  private List<ObjectKey> freeze(StorageClass where) {
    new MadeBackups(spool, made).usual();
    packs().forEach(pack -> bucket.put(pack, where));
    return packs();
  }

  private static List<ObjectKey> keys(List<Frozen> frozen) {
    return frozen.stream().map(Frozen::key).toList();
  }

  @Test
  void whatIsFrozenIsAskedForOnceAndWaitedForAlsoByTheNextOne() {
    List<ObjectKey> packs = freeze(StorageClass.GLACIER);
    List<Frozen> frozen = FrozenObjects.among(bucket, packs, now.get());
    assertThat(keys(frozen)).containsExactlyInAnyOrderElementsOf(packs);

    boolean ended = new Thawing(Thaw.BULK, (_, _) -> false).run(frozen);
    assertThat(ended).as("broken off").isFalse();
    assertThat(bucket.thaws()).hasSameSizeAs(packs).containsOnly(Thaw.BULK);

    List<Frozen> again = FrozenObjects.among(bucket, packs, now.get());
    assertThat(again).hasSameSizeAs(packs).allMatch(Frozen::thawing);
    AtomicInteger looks = new AtomicInteger();
    boolean done =
        new Thawing(
                Thaw.BULK,
                (thawed, of) -> {
                  assertThat(thawed).isZero();
                  assertThat(of).isEqualTo(packs.size());
                  pass(Duration.ofHours(2));
                  return looks.incrementAndGet() < 10;
                })
            .run(again);
    assertThat(done).isTrue();
    assertThat(looks).as("5 hours, 2 between two looks").hasValue(3);
    assertThat(bucket.thaws()).as("not asked for again").hasSameSizeAs(packs);
    assertThat(FrozenObjects.among(bucket, packs, now.get())).isEmpty();
  }

  @Test
  void aCopyInAnotherStoreNeedsNoThawing() {
    List<ObjectKey> packs = freeze(StorageClass.DEEP_ARCHIVE);
    Store other = Stores.inMemory();
    ObjectKey copied = packs.getFirst();
    other.create(copied, made.read(copied, 0, Integer.MAX_VALUE));
    try (Store group = Stores.group(List.of(bucket, other), GroupPolicy.normal())) {
      List<ObjectKey> expected = new ArrayList<>(packs);
      expected.remove(copied);
      assertThat(keys(FrozenObjects.among(group, packs, now.get())))
          .containsExactlyInAnyOrderElementsOf(expected);
    }
    try (Store group = Stores.group(List.of(other, bucket), GroupPolicy.normal())) {
      assertThat(keys(FrozenObjects.among(group, packs, now.get())))
          .as("whichever is asked first")
          .doesNotContain(copied);
    }
    assertThat(FrozenObjects.among(made, packs, now.get())).as("a place without classes").isEmpty();
    ObjectKey nowhere = ObjectKey.of("clusters/c/packs/" + FIRST + "/999999");
    assertThat(FrozenObjects.among(bucket, List.of(nowhere), now.get()))
        .as("missing, not frozen")
        .isEmpty();
  }

  @Test
  void aCopyThatEndsSoonIsAskedForAgainAndOneThatWasMovedTooSoThatNobodyWaitsForEver() {
    List<ObjectKey> packs = freeze(StorageClass.GLACIER);
    new Thawing(Thaw.STANDARD, (_, _) -> advance(TAKES)).run(among(packs));
    assertThat(among(packs)).isEmpty();
    bucket.copiesEnd(now.get().plus(Duration.ofHours(20)));
    assertThat(among(packs)).hasSameSizeAs(packs);
    bucket.copiesEnd(Instant.MAX);

    ObjectKey moved = packs.getFirst();
    bucket.forget(moved);
    List<Frozen> frozen = among(packs);
    assertThat(keys(frozen)).containsExactly(moved);
    AtomicInteger looks = new AtomicInteger();
    boolean done =
        new Thawing(
                Thaw.STANDARD,
                (_, _) -> {
                  if (looks.incrementAndGet() == 1) {
                    bucket.forget(moved);
                  }
                  return advance(TAKES) && looks.get() < 10;
                })
            .run(frozen);
    assertThat(done).isTrue();
  }

  private boolean advance(Duration time) {
    pass(time);
    return true;
  }

  private List<Frozen> among(List<ObjectKey> packs) {
    return FrozenObjects.among(bucket, packs, now.get());
  }

  @Test
  void aStoreThatFailsDuringTheLookIsNotNeededWhereAnotherHasAll() {
    List<ObjectKey> packs = freeze(StorageClass.GLACIER);
    Store other = Stores.inMemory();
    packs.forEach(key -> other.create(key, made.read(key, 0, Integer.MAX_VALUE)));
    bucket.fail();
    try (Store group = Stores.group(List.of(bucket, other), GroupPolicy.normal())) {
      assertThat(FrozenObjects.among(group, packs, now.get())).isEmpty();
    }
    StoreException fault = catchThrowableOfType(StoreException.class, () -> among(packs));
    assertThat(fault.code()).isEqualTo(ErrorCode.STORE_UNREACHABLE);
  }

  @Test
  void timeAndPriceAreThoseOfTheColdestAndOfAllThatIsNotAskedFor() {
    ObjectKey key = ObjectKey.of("a");
    Frozen glacier = new Frozen(made, key, 10 * GIB, StorageClass.GLACIER, false);
    Frozen asked = new Frozen(made, key, 10 * GIB, StorageClass.GLACIER, true);
    Frozen deep = new Frozen(made, key, 10 * GIB, StorageClass.DEEP_ARCHIVE, false);
    ThawEstimate both = ThawEstimate.of(List.of(glacier, asked, deep), Thaw.STANDARD);
    assertThat(both.objects()).isEqualTo(3);
    assertThat(both.bytes()).isEqualTo(30 * GIB);
    assertThat(both.longest()).isEqualTo(Duration.ofHours(12));
    assertThat(both.dollars()).as("20 GiB, and seven days of them").isBetween(0.40, 0.41);
    ThawEstimate bulk = ThawEstimate.of(List.of(glacier), Thaw.BULK);
    assertThat(bulk.longest()).isEqualTo(Duration.ofHours(12));
    assertThat(bulk.dollars()).as("seven days of the copies").isBetween(0.05, 0.06);
    Failure tooFast =
        catchThrowableOfType(Failure.class, () -> ThawEstimate.of(List.of(deep), Thaw.EXPEDITED));
    assertThat(tooFast.code()).isEqualTo(ErrorCode.USAGE);
    assertThat(tooFast.nextStep()).contains("--thaw=bulk");
  }

  @Test
  void verifyTellsWhatItCouldNotReadFromWhatIsDamaged() {
    List<ObjectKey> packs = freeze(StorageClass.GLACIER);
    VerifyReport report = verified();
    assertThat(report.isWhole()).as("what was not read is not proven").isFalse();
    assertThat(report.lost()).isEmpty();
    assertThat(report.backups()).allMatch(BackupVerdict::whole);
    assertThat(report.findings()).singleElement().matches(f -> f.word().equals("frozen"));
    assertThat(report.findings().getFirst().what())
        .startsWith(packs.size() + " of its " + packs.size() + " packs")
        .contains("NOT read");
    ObjectKey pack = packs.getFirst();
    bucket.put(pack, StorageClass.STANDARD_IA);
    byte[] content = made.read(pack, 0, Integer.MAX_VALUE);
    content[content.length / 2] ^= 1;
    made.delete(pack);
    made.create(pack, content);
    VerifyReport damaged = verified();
    assertThat(damaged.backups().getFirst().whole()).isFalse();
  }

  private VerifyReport verified() {
    Repository repository =
        Repository.open(bucket, Optional.of(Secret.of(MadeBackups.KEY)), new SecureRandom());
    return new Verifier(repository, repository.cluster("c"))
        .run(new VerifyRequest(Optional.empty(), Depth.READ, 2), _ -> {});
  }
}
