package io.mockupaws.engine.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.engine.repository.CutStore;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.engine.repository.Standing;
import io.mockupaws.engine.thaw.ColdBucket;
import io.mockupaws.engine.verify.Depth;
import io.mockupaws.engine.verify.MadeBackups;
import io.mockupaws.engine.verify.Verifier;
import io.mockupaws.engine.verify.VerifyRequest;
import io.mockupaws.store.ForwardingStore;
import io.mockupaws.store.GroupPolicy;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.StorageClass;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repository of made backups and made WAL, of which one store lacks much. */
class ReplicationTest {
  private static final GroupPolicy POLICY =
      new GroupPolicy(Duration.ofSeconds(60), Duration.ofHours(1), Duration.ofHours(1));

  private static final Instant AT = Instant.parse("2026-04-07T12:00:00Z");

  @TempDir private Path spool;
  private final Store memoryA = named("a");
  private final Store memoryB = named("b");
  private final CutStore b = new CutStore(memoryB);

  private static Store named(String address) {
    return new ForwardingStore(Stores.inMemory()) {
      @Override
      public String address() {
        return address;
      }
    };
  }

  private Store group() {
    return Stores.group(List.of(memoryA, b.store()), POLICY);
  }

  private static Repository open(Store store) {
    return Repository.open(store, Optional.of(Secret.of(MadeBackups.KEY)), new SecureRandom());
  }

  private static Replication of(Store store) {
    return new Replication(store, open(store).copier());
  }

  /** What a store has, by key; leases are words of the moment. */
  private static Map<String, Integer> contents(Store store) {
    Map<String, Integer> contents = new TreeMap<>();
    for (ObjectInfo info : store.list("", "", 1000).objects()) {
      if (!info.key().value().contains("/lease/")) {
        contents.put(info.key().value(), Arrays.hashCode(store.read(info.key(), 0, 1 << 28)));
      }
    }
    return contents;
  }

  private static void replace(Store store, String key, byte[] bytes) {
    store.delete(ObjectKey.of(key));
    store.create(ObjectKey.of(key), bytes);
  }

  private static String anyKey(Store store, String prefix) {
    return store.list(prefix, "", 1).objects().getFirst().key().value();
  }

  @Test
  void anEmptyStoreBecomesAWholeRepository() {
    new MadeBackups(spool, memoryA).usual();
    ReplicationReport dry = of(group()).lacking(ReplicationListener.silent());
    assertThat(memoryB.list("", "", 10).objects()).isEmpty();
    ReplicationReport report = of(group()).replicate(ReplicationListener.silent());
    assertThat(report.isWhole()).isTrue();
    assertThat(report.stores().get(1).lackedObjects())
        .isEqualTo(contents(memoryA).size())
        .isEqualTo(dry.stores().get(1).lackedObjects());
    assertThat(contents(memoryB)).isEqualTo(contents(memoryA));
    Repository alone = open(memoryB);
    assertThat(
            new Verifier(alone, alone.cluster("c"))
                .run(new VerifyRequest(Optional.empty(), Depth.READ, 2), _ -> {})
                .isWhole())
        .isTrue();
    assertThat(of(group()).replicate(ReplicationListener.silent()).stores().get(1).lackedObjects())
        .isZero();
  }

  /** What is frozen cannot be read; that is no word against it, nor against its store. */
  @Test
  void frozenCopiesAreNeitherComparedNorInTheWay() {
    new MadeBackups(spool, memoryA).usual();
    ColdBucket cold = new ColdBucket(memoryA, Instant::now, Duration.ofDays(1));
    Store group = Stores.group(List.of(cold, memoryB), POLICY);
    assertThat(of(group).replicate(ReplicationListener.silent()).isWhole()).isTrue();
    memoryA.list("clusters/c/packs/", "", 1000).objects().stream()
        .map(ObjectInfo::key)
        .forEach(pack -> cold.put(pack, StorageClass.GLACIER));
    assertThat(of(group).replicate(ReplicationListener.silent()).isWhole()).isTrue();
    assertThat(run(group, ComparisonDepth.READ, true, Optional.empty()).isWhole()).isTrue();

    Store third = Stores.inMemory();
    Store three = Stores.group(List.of(cold, memoryB, third), POLICY);
    assertThat(of(three).replicate(ReplicationListener.silent()).isWhole()).isTrue();
    assertThat(contents(third)).as("from the copy that can be read").isEqualTo(contents(memoryB));

    Store alone = Stores.inMemory();
    Store frozenAlone = Stores.group(List.of(cold, alone), POLICY);
    ReplicationReport report = of(frozenAlone).replicate(ReplicationListener.silent());
    assertThat(report.isWhole()).isFalse();
    assertThat(report.stores().get(1).failure().orElseThrow().code())
        .isEqualTo(ErrorCode.OBJECT_FROZEN);
  }

  /** Whenever it is broken off, what is marked opens, and a manifest's packs and WAL are there. */
  @Test
  void brokenOffAtAnyObjectItLeavesNothingThatPromisesMoreThanIsThere() {
    new MadeBackups(spool, memoryA).usual();
    int objects = contents(memoryA).size();
    for (int most = 1; most <= objects; most++) {
      Store part = Stores.inMemory();
      Store both = Stores.group(List.of(memoryA, part), POLICY);
      interrupted(both, most);
      boolean marked = Repository.exists(part);
      assertThat(marked).isEqualTo(part.list("repository", "", 1).objects().size() == 1);
      if (marked && !open(part).clusters().isEmpty()) {
        Repository alone = open(part);
        if (!alone.cluster("c").backupIds().isEmpty()) {
          assertThat(
                  new Verifier(alone, alone.cluster("c"))
                      .run(new VerifyRequest(Optional.empty(), Depth.LISTED, 2), _ -> {})
                      .backups())
              .as("after %d objects", most)
              .allMatch(verdict -> verdict.whole());
        }
      }
    }
  }

  private static void interrupted(Store both, int most) {
    AtomicInteger seen = new AtomicInteger();
    try {
      of(both)
          .replicate(
              new ReplicationListener() {
                @Override
                public void progress(String part, long objects, long bytes) {
                  seen.incrementAndGet();
                }

                @Override
                public boolean cancelled() {
                  return seen.get() >= most;
                }
              });
    } catch (Failure e) {
      assertThat(e.code()).isEqualTo(ErrorCode.REPLICATION_INTERRUPTED);
    }
  }

  @Test
  void whatWasWrittenWhileAStoreWasAwayIsBroughtThere() {
    MadeBackups made = new MadeBackups(spool, group());
    b.cutOff();
    made.usual();
    assertThat(contents(memoryB)).hasSizeLessThan(5);
    b.heal();
    assertThat(of(group()).replicate(ReplicationListener.silent()).isWhole()).isTrue();
    assertThat(contents(memoryB)).isEqualTo(contents(memoryA));
  }

  /** A search by time relies on seams: WAL is never in a store before the seams it needs. */
  @Test
  void seamsComeWithTheJournalAndBeforeItsSegments() {
    new MadeBackups(spool, memoryA).usual();
    ObjectKey seam = ObjectKey.of("clusters/c/seams/00000001-0000000003000000");
    open(memoryA).cluster("c").put(seam, ObjectKind.RECORD, new byte[0]);
    AtomicInteger early = new AtomicInteger();
    of(group())
        .replicateJournal(
            "clusters/c/",
            new ReplicationListener() {
              @Override
              public void progress(String part, long objects, long bytes) {
                if (part.endsWith("wal/") && memoryB.stat(seam).isEmpty()) {
                  early.incrementAndGet();
                }
              }

              @Override
              public boolean cancelled() {
                return false;
              }
            });
    assertThat(memoryB.list("clusters/c/wal/", "", 10).objects()).isNotEmpty();
    assertThat(memoryB.stat(seam)).isPresent();
    assertThat(early).hasValue(0);
  }

  @Test
  void aStoreThatIsAwayIsNamedAndNothingIsSaidToBeWhole() {
    new MadeBackups(spool, group()).usual();
    b.cutOff();
    ReplicationReport report = of(group()).replicate(ReplicationListener.silent());
    assertThat(report.isWhole()).isFalse();
    assertThat(report.stores().get(1).failure()).isPresent();
    assertThat(report.stores().get(0).isWhole()).isTrue();
  }

  @Test
  void aDamagedCopyIsNamedAndNotSpread() {
    new MadeBackups(spool, memoryA).usual();
    String pack = anyKey(memoryA, "clusters/c/packs/");
    byte[] bytes = memoryA.read(ObjectKey.of(pack), 0, 1 << 28);
    bytes[bytes.length / 2] ^= 1;
    replace(memoryA, pack, bytes);
    ReplicationReport report = of(group()).replicate(ReplicationListener.silent());
    assertThat(report.isWhole()).isFalse();
    assertThat(report.findings())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.kind()).isEqualTo(ReplicationFinding.Kind.DAMAGED);
              assertThat(finding.object()).isEqualTo(pack);
            });
    assertThat(memoryB.stat(ObjectKey.of(pack))).isEmpty();
  }

  @Test
  void aCutCopyAndAnotherObjectOfTheSameNameAreNamedAndLeftAlone() {
    new MadeBackups(spool, group()).usual();
    String segment = anyKey(memoryA, "clusters/c/wal/");
    byte[] whole = memoryA.read(ObjectKey.of(segment), 0, 1 << 28);
    replace(memoryB, segment, Arrays.copyOf(whole, whole.length - 5));
    ReplicationReport report = of(group()).replicate(ReplicationListener.silent());
    assertThat(report.findings())
        .extracting(ReplicationFinding::kind)
        .containsExactly(ReplicationFinding.Kind.DAMAGED);
    assertThat(memoryB.stat(ObjectKey.of(segment)).orElseThrow().size())
        .isEqualTo(whole.length - 5);

    open(memoryA)
        .cluster("c")
        .put(
            ObjectKey.of("clusters/c/history/00000009.history"),
            io.mockupaws.core.format.ObjectKind.RECORD,
            new byte[10]);
    open(memoryB)
        .cluster("c")
        .put(
            ObjectKey.of("clusters/c/history/00000009.history"),
            io.mockupaws.core.format.ObjectKind.RECORD,
            new byte[2000]);
    replace(memoryB, segment, whole);
    assertThat(of(group()).replicate(ReplicationListener.silent()).findings())
        .extracting(ReplicationFinding::kind)
        .containsExactly(ReplicationFinding.Kind.CONFLICT);
  }

  /** Two writers that reached different stores made each an object of one name and size. */
  private ObjectKey madeApart(String relative) {
    ObjectKey key = ObjectKey.of("clusters/c/" + relative);
    for (Store store : List.of(memoryA, memoryB)) {
      open(store).cluster("c").put(key, ObjectKind.RECORD, new byte[100]);
    }
    assertThat(memoryA.stat(key).orElseThrow().size())
        .isEqualTo(memoryB.stat(key).orElseThrow().size());
    return key;
  }

  private static ReplicationRequest request(
      ComparisonDepth depth, boolean copies, Optional<Store> right) {
    return new ReplicationRequest(depth, copies, right.map(Store::address), AT);
  }

  private ReplicationReport run(
      Store group, ComparisonDepth depth, boolean copies, Optional<Store> right) {
    return of(group).run(request(depth, copies, right), ReplicationListener.silent());
  }

  @Test
  void anotherObjectOfTheSameSizeIsNamedByListingAndTheStoreStaysBehind() {
    new MadeBackups(spool, group()).usual();
    ObjectKey key = madeApart("history/00000009.history");
    Store group = group();
    assertThat(of(group).lacking(ReplicationListener.silent()).findings())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.kind()).isEqualTo(ReplicationFinding.Kind.CONFLICT);
              assertThat(finding.object()).isEqualTo(key.value());
            });
    assertThat(group.members().get(1).conflict()).contains(key);
    assertThat(open(group).cluster("c").standing().isEverywhere(Standing.Part.ALL)).isFalse();

    memoryB.delete(key);
    assertThat(of(group).replicate(ReplicationListener.silent()).isWhole()).isTrue();
    assertThat(group.members().get(1).conflict()).as("mended").isEmpty();
  }

  /** An old one, of which the beginning is the same: found only by who reads all. */
  @Test
  void aChangedByteInTheMiddleIsFoundByReading() {
    new MadeBackups(spool, group()).usual();
    String pack = anyKey(memoryA, "clusters/c/packs/");
    byte[] bytes = memoryA.read(ObjectKey.of(pack), 0, 1 << 28);
    bytes[bytes.length - 40] ^= 1;
    replace(memoryB, pack, bytes);
    assertThat(run(group(), ComparisonDepth.LISTED, false, Optional.empty()).isWhole()).isTrue();
    assertThat(run(group(), ComparisonDepth.READ, true, Optional.empty()).findings())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.kind()).isEqualTo(ReplicationFinding.Kind.DAMAGED);
              assertThat(finding.object()).isEqualTo(pack);
              assertThat(finding.store()).isEqualTo(memoryB.address());
            });
    assertThat(memoryB.read(ObjectKey.of(pack), 0, 1 << 28)).isEqualTo(bytes);
  }

  @Test
  void onlyTheStoreThatWasSaidToBeRightReplacesAndWhatItReplacesIsKept() {
    new MadeBackups(spool, group()).usual();
    ObjectKey key = madeApart("history/00000009.history");
    byte[] right = memoryA.read(key, 0, 1 << 20);
    byte[] wrong = memoryB.read(key, 0, 1 << 20);
    Map<String, Integer> before = contents(memoryB);

    ReplicationReport plan = run(group(), ComparisonDepth.READ, false, Optional.of(memoryA));
    assertThat(plan.replacements()).hasSize(1);
    assertThat(contents(memoryB)).isEqualTo(before);

    ReplicationReport done = run(group(), ComparisonDepth.READ, true, Optional.of(memoryA));
    assertThat(done.isWhole()).isTrue();
    assertThat(done.replacements()).isEqualTo(plan.replacements());
    assertThat(memoryB.read(key, 0, 1 << 20)).isEqualTo(right);
    assertThat(memoryA.read(key, 0, 1 << 20)).isEqualTo(right);
    ObjectKey aside = ObjectKey.of(done.replacements().getFirst().aside());
    assertThat(memoryB.read(aside, 0, 1 << 20)).as("the way back").isEqualTo(wrong);
    assertThat(run(group(), ComparisonDepth.READ, true, Optional.of(memoryA)).replacements())
        .isEmpty();
  }

  @Test
  void aDamagedCopyNeverReplacesAWholeOne() {
    new MadeBackups(spool, group()).usual();
    String segment = anyKey(memoryA, "clusters/c/wal/");
    byte[] whole = memoryA.read(ObjectKey.of(segment), 0, 1 << 28);
    byte[] broken = whole.clone();
    broken[broken.length / 2] ^= 1;
    replace(memoryA, segment, broken);
    ReplicationReport report = run(group(), ComparisonDepth.READ, true, Optional.of(memoryA));
    assertThat(report.replacements()).isEmpty();
    assertThat(report.findings()).hasSize(1);
    assertThat(memoryB.read(ObjectKey.of(segment), 0, 1 << 28)).isEqualTo(whole);

    run(group(), ComparisonDepth.READ, true, Optional.of(memoryB));
    assertThat(memoryA.read(ObjectKey.of(segment), 0, 1 << 28)).isEqualTo(whole);
  }

  /** Wherever a replacement breaks off, one copy or the other is under a key of that store. */
  @Test
  void aReplacementThatBreaksOffLosesNeitherCopy() {
    new MadeBackups(spool, group()).usual();
    ObjectKey key = madeApart("history/00000009.history");
    byte[] right = memoryA.read(key, 0, 1 << 20);
    byte[] wrong = memoryB.read(key, 0, 1 << 20);
    for (int calls = 0; calls < 12; calls++) {
      Store copy = Stores.inMemory();
      for (ObjectInfo info : memoryB.list("", "", 1000).objects()) {
        copy.create(info.key(), memoryB.read(info.key(), 0, 1 << 28));
      }
      CutStore cut = new CutStore(copy);
      Store both = Stores.group(List.of(memoryA, cut.store()), POLICY);
      Replication replication = of(both);
      cut.cutOffAfterWrites(calls);
      replication.run(
          new ReplicationRequest(
              ComparisonDepth.LISTED, true, Optional.of(both.members().getFirst().address()), AT),
          ReplicationListener.silent());
      List<byte[]> kept =
          copy.list("", "", 1000).objects().stream()
              .filter(info -> info.key().value().endsWith("00000009.history"))
              .map(info -> copy.read(info.key(), 0, 1 << 20))
              .toList();
      assertThat(kept).as("after %d writes", calls).anyMatch(it -> Arrays.equals(it, wrong));
      if (kept.size() == 2) {
        assertThat(copy.read(key, 0, 1 << 20)).isIn(right, wrong);
      }
      assertThat(memoryA.read(key, 0, 1 << 20)).isEqualTo(right);
    }
  }

  /** Kept by a store that was away when the finished segment took their place. */
  @Test
  void piecesOfAFinishedSegmentDoNotComeBack() {
    new MadeBackups(spool, group()).usual();
    String segment = anyKey(memoryA, "clusters/c/wal/");
    String piece =
        "clusters/c/tail/" + segment.substring(segment.lastIndexOf('/') + 1) + "/00000000-00000010";
    memoryB.create(ObjectKey.of(piece), new byte[100]);
    assertThat(of(group()).replicate(ReplicationListener.silent()).isWhole()).isTrue();
    assertThat(memoryA.stat(ObjectKey.of(piece))).isEmpty();
    assertThat(memoryB.stat(ObjectKey.of(piece))).isEmpty();
  }

  @Test
  void aKeyIsNotRetiredWhileAStoreIsAway() {
    new MadeBackups(spool, group());
    Secret old = Secret.of(MadeBackups.KEY);
    Secret next = Secret.of("AAAAEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=");
    open(group()).keys().rotate(old, next, java.time.Instant.EPOCH);
    b.cutOff();
    Repository repository = open(group());
    assertThatThrownBy(() -> repository.keys().retire(old, next))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNREACHABLE));
    b.heal();
    assertThat(open(memoryA).keys().slotsOf(old)).hasSize(1);
    open(group()).keys().retire(old, next);
    for (Store store : List.of(memoryA, memoryB)) {
      assertThatThrownBy(() -> open(store))
          .isInstanceOfSatisfying(
              Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.WRONG_KEY));
    }
  }
}
