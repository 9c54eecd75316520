package io.mockupaws.store;

import static io.mockupaws.store.Contents.all;
import static io.mockupaws.store.Contents.bytes;
import static io.mockupaws.store.Contents.fails;
import static io.mockupaws.store.Contents.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.FaultyStore.Fault;
import io.mockupaws.store.FaultyStore.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several stores of which one is away, slow or wrong. */
final class StoreGroupTest {
  private static final ObjectKey KEY = ObjectKey.of("folder/object");
  private static final GroupPolicy QUICK =
      new GroupPolicy(Duration.ofSeconds(20), Duration.ofMillis(5), Duration.ofMillis(20));

  /** So long nobody comes back by himself. */
  private static final GroupPolicy FORGETFUL =
      new GroupPolicy(Duration.ofSeconds(20), Duration.ofHours(1), Duration.ofHours(1));

  private final Store memoryA = Stores.inMemory(4096);
  private final Store memoryB = Stores.inMemory(1024);
  private final FaultyStore a = new FaultyStore(memoryA, FaultyStore.none());
  private final FaultyStore b = new FaultyStore(memoryB, FaultyStore.none());
  private Store group = Stores.group(List.of(a, b), FORGETFUL);

  @AfterEach
  void close() {
    group.close();
  }

  private void with(GroupPolicy policy) {
    group.close();
    group = Stores.group(List.of(a, b), policy);
  }

  private Member member(int number) {
    return group.members().get(number);
  }

  private static byte[] read(Store store) {
    return store.read(KEY, 0, 100_000);
  }

  private CreateOutcome upload(byte[] content) {
    try (Upload upload = group.upload(KEY)) {
      for (int at = 0; at < content.length; at += group.partSize()) {
        upload.part(ByteBuffer.wrap(content, at, Math.min(group.partSize(), content.length - at)));
      }
      return upload.commit();
    }
  }

  @Test
  void everyStoreHasTheSameBytes() {
    byte[] content = random(10_000, 1);
    assertThat(group.partSize()).isEqualTo(4096);
    assertThat(upload(content)).isEqualTo(CreateOutcome.CREATED);
    assertThat(read(memoryA)).isEqualTo(content);
    assertThat(read(memoryB)).isEqualTo(content);
    assertThat(b.calls(Operation.PART)).isEqualTo(10);
    assertThat(member(0).missed() + member(1).missed()).isZero();
  }

  @Test
  void whatOneStoreHasIsDoneAndTheOtherHasMissedIt() {
    for (FaultyStore dead : List.of(b, a)) {
      FaultyStore alive = dead == a ? b : a;
      with(FORGETFUL);
      int deadNumber = dead == a ? 0 : 1;
      dead.cutOff();
      assertThat(group.create(KEY, bytes("content"))).isEqualTo(CreateOutcome.CREATED);
      assertThat(group.create(KEY, bytes("other"))).isEqualTo(CreateOutcome.EXISTS);
      assertThat(member(deadNumber).away()).isPresent();
      assertThat(member(deadNumber).missed()).isEqualTo(1);
      assertThat(member(1 - deadNumber).missed()).isZero();
      assertThat(new String(read(group), java.nio.charset.StandardCharsets.UTF_8))
          .isEqualTo("content");
      assertThat(group.stat(KEY)).isPresent();
      assertThat(group.list("", "", 10).objects()).hasSize(1);
      dead.heal();
      assertThat((dead == a ? memoryA : memoryB).stat(KEY)).isEmpty();
      alive.delete(KEY);
    }
  }

  @Test
  void storeThatIsAwayIsNotAskedByAnyCall() {
    b.cutOff();
    group.create(KEY, bytes("x"));
    long calls = b.calls(Operation.CREATE);
    for (int i = 0; i < 20; i++) {
      group.create(ObjectKey.of("k" + i), bytes("x"));
    }
    assertThat(b.calls(Operation.CREATE)).isEqualTo(calls);
    assertThat(member(1).missed()).isEqualTo(21);
  }

  @Test
  void uploadGoesOnWithoutTheStoreThatFails() {
    for (Operation broken : List.of(Operation.PART, Operation.COMMIT)) {
      for (int number : new int[] {0, 1}) {
        Store one = Stores.inMemory(4096);
        Store other = Stores.inMemory(4096);
        Store faulty =
            new FaultyStore(
                number == 0 ? one : other, FaultyStore.script(broken, Fault.NONE, Fault.BEFORE));
        List<Store> stores = number == 0 ? List.of(faulty, other) : List.of(one, faulty);
        group.close();
        group = Stores.group(stores, FORGETFUL);
        byte[] content = random(9_000, 2);
        assertThat(upload(content)).isEqualTo(CreateOutcome.CREATED);
        group.delete(KEY);
        assertThat(upload(content)).isEqualTo(CreateOutcome.CREATED);
        assertThat(read(group)).isEqualTo(content);
        assertThat(read(number == 0 ? other : one)).isEqualTo(content);
        assertThat((number == 0 ? one : other).stat(KEY)).as("%s %d", broken, number).isEmpty();
        assertThat(member(number).missed()).isPositive();
      }
    }
  }

  /** One store cuts what comes into smaller parts, and fails behind some of them. */
  @Test
  void patienceGivesAPartAgainWhereAllStoresFailed() {
    Store cutting = Stores.inMemory(1024);
    Fault[] sixth = {Fault.NONE, Fault.NONE, Fault.NONE, Fault.NONE, Fault.NONE, Fault.BEFORE};
    Fault[] second = {Fault.NONE, Fault.BEFORE};
    group.close();
    group =
        Stores.group(
            List.of(
                new FaultyStore(cutting, FaultyStore.script(Operation.PART, sixth)),
                new FaultyStore(memoryA, FaultyStore.script(Operation.PART, second))),
            FORGETFUL);
    byte[] content = random(9_000, 2);
    try (Upload upload = group.patient().upload(KEY)) {
      for (int at = 0; at < content.length; at += 4096) {
        upload.part(ByteBuffer.wrap(content, at, Math.min(4096, content.length - at)));
      }
      assertThat(upload.commit()).isEqualTo(CreateOutcome.CREATED);
    }
    assertThat(read(cutting)).isEqualTo(content);
    assertThat(group.patient().members()).hasSize(2);
  }

  @Test
  void allStoresAwayIsAnError() {
    a.cutOff();
    b.cutOff();
    fails(ErrorCode.STORE_UNREACHABLE, () -> group.create(KEY, bytes("x")));
    fails(ErrorCode.STORE_UNREACHABLE, () -> group.list("", "", 1));
    fails(ErrorCode.STORE_UNREACHABLE, () -> group.stat(KEY));
    fails(ErrorCode.STORE_UNREACHABLE, () -> group.read(KEY, 0, 1));
    fails(ErrorCode.STORE_UNREACHABLE, () -> group.delete(KEY));
    a.heal();
    assertThat(group.create(KEY, bytes("x"))).isEqualTo(CreateOutcome.CREATED);
  }

  @Test
  void storeThatAnswersAgainTakesPartAgain() {
    with(QUICK);
    b.cutOff();
    group.create(KEY, bytes("x"));
    assertThat(member(1).away()).isPresent();
    b.heal();
    await().atMost(Duration.ofMinutes(1)).until(() -> member(1).away().isEmpty());
    assertThat(member(1).missed()).as("what others wrote meanwhile is unknown").isEqualTo(2);
    group.create(ObjectKey.of("next"), bytes("y"));
    assertThat(memoryB.stat(ObjectKey.of("next"))).isPresent();
    assertThat(member(1).missed()).isEqualTo(2);
  }

  @Test
  void storeThatIsSlowDoesNotHoldUpTheOther() throws Exception {
    CountDownLatch stuck = new CountDownLatch(1);
    FaultyStore slow =
        new FaultyStore(
            memoryB,
            (operation, _) -> {
              if (operation == Operation.CREATE) {
                try {
                  stuck.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }
              return Fault.NONE;
            });
    group.close();
    group =
        Stores.group(
            List.of(a, slow),
            new GroupPolicy(Duration.ofMillis(50), Duration.ofHours(1), Duration.ofHours(1)));
    byte[] content = bytes("content");
    assertThat(group.create(KEY, content)).isEqualTo(CreateOutcome.CREATED);
    assertThat(member(1).away()).isPresent();
    assertThat(member(1).missed()).isEqualTo(1);
    Arrays.fill(content, (byte) '#');
    stuck.countDown();
    await().atMost(Duration.ofMinutes(1)).until(() -> memoryB.stat(KEY).isPresent());
    assertThat(read(memoryB)).isEqualTo(bytes("content"));
  }

  @Test
  void otherBytesUnderOneKeyAreNeverOverwritten() {
    memoryB.create(KEY, bytes("theirs"));
    assertThat(group.create(KEY, bytes("ours"))).isEqualTo(CreateOutcome.CREATED);
    assertThat(read(memoryA)).isEqualTo(bytes("ours"));
    assertThat(read(memoryB)).isEqualTo(bytes("theirs"));
    assertThat(member(1).missed()).isEqualTo(1);
    assertThat(member(1).conflict()).contains(KEY);
    assertThat(member(0).conflict()).isEmpty();
    group.delete(KEY);
    memoryB.create(KEY, random(9_000, 3));
    assertThat(upload(random(9_000, 4))).isEqualTo(CreateOutcome.CREATED);
    assertThat(read(memoryB)).isEqualTo(random(9_000, 3));
    assertThat(member(1).missed()).as("once a key").isEqualTo(1);
  }

  @Test
  void otherBytesOfTheSameSizeAreAConflictToo() {
    memoryB.create(KEY, bytes("theirs"));
    assertThat(group.create(KEY, bytes("our-id"))).isEqualTo(CreateOutcome.CREATED);
    assertThat(read(memoryB)).isEqualTo(bytes("theirs"));
    assertThat(member(1).conflict()).contains(KEY);
    assertThat(member(1).missed()).isEqualTo(1);
  }

  @Test
  void equalBytesThatAreThereAlreadyAreNotMissed() {
    memoryB.create(KEY, bytes("same"));
    assertThat(group.create(KEY, bytes("same"))).isEqualTo(CreateOutcome.CREATED);
    assertThat(member(1).missed()).isZero();
    assertThat(member(1).conflict()).isEmpty();
  }

  @Test
  void loserOfAKeyWritesNothing() {
    memoryA.create(KEY, bytes("winner"));
    assertThat(group.create(KEY, bytes("loser"))).isEqualTo(CreateOutcome.EXISTS);
    assertThat(upload(random(9_000, 5))).isEqualTo(CreateOutcome.EXISTS);
    assertThat(memoryB.stat(KEY)).isEmpty();
  }

  @Test
  void readsWhatOnlyOneHas() throws IOException {
    memoryB.create(KEY, bytes("only here"));
    assertThat(read(group)).isEqualTo(bytes("only here"));
    assertThat(all(group.read(KEY, 5))).isEqualTo(bytes("here"));
    assertThat(group.stat(KEY).orElseThrow().size()).isEqualTo(9);
    b.cutOff();
    fails(ErrorCode.STORE_UNREACHABLE, () -> memberRead(1));
    memoryA.create(ObjectKey.of("other"), bytes("x"));
    assertThat(group.read(ObjectKey.of("other"), 0, 1)).hasSize(1);
  }

  private void memberRead(int number) {
    member(number).store().read(KEY, 0, 1);
  }

  @Test
  void missingObjectSaysWhichStoreMayHaveIt() {
    b.cutOff();
    group.create(KEY, bytes("x"));
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> group.read(ObjectKey.of("absent"), 0, 1))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.OBJECT_MISSING);
              assertThat(e.what()).contains("which may have it, cannot be reached");
            });
  }

  @Test
  void streamGoesOnFromTheOtherCopy() throws IOException {
    byte[] content = random(50_000, 6);
    memoryA.create(KEY, content);
    memoryB.create(KEY, content);
    FaultyStore breaking =
        new FaultyStore(memoryA, FaultyStore.script(Operation.STREAM, Fault.MIDDLE));
    group.close();
    group = Stores.group(List.of(breaking, b), FORGETFUL);
    try (InputStream in = group.read(KEY, 100)) {
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, 100, content.length));
    }
    assertThat(member(0).away()).isPresent();
  }

  @Test
  void listingIsTheUnionAndLeavesNoneOut() {
    for (int i = 0; i < 100; i++) {
      ObjectKey key = ObjectKey.of("k%03d".formatted(i));
      if (i % 3 != 0) {
        memoryA.create(key, bytes("x"));
      }
      if (i % 3 != 1 || i > 80) {
        memoryB.create(key, bytes("x"));
      }
    }
    for (int limit : new int[] {1, 2, 7, 33, 99, 100, 1000}) {
      List<String> keys = new ArrayList<>();
      String after = "";
      for (boolean more = true; more; ) {
        ListPage page = group.list("", after, limit);
        assertThat(page.objects().size()).isBetween(1, limit);
        page.objects().forEach(info -> keys.add(info.key().value()));
        after = keys.getLast();
        more = page.more();
      }
      assertThat(keys).as("limit " + limit).hasSize(100).isSorted().doesNotHaveDuplicates();
    }
  }

  /** A page of a directory costs a pass over its folder: 1,800 passes for a week of WAL. */
  @Test
  void eachStoreIsVisitedAsAWholeAndNotPageByPage() {
    AtomicInteger visits = new AtomicInteger();
    AtomicInteger pages = new AtomicInteger();
    List<Store> counting =
        Stream.of(memoryA, memoryB)
            .<Store>map(
                store ->
                    new ForwardingStore(store) {
                      @Override
                      public void forEach(
                          String prefix, String startAfter, Consumer<ObjectInfo> visitor) {
                        visits.incrementAndGet();
                        super.forEach(prefix, startAfter, visitor);
                      }

                      @Override
                      public ListPage list(String prefix, String startAfter, int limit) {
                        pages.incrementAndGet();
                        return super.list(prefix, startAfter, limit);
                      }
                    })
            .toList();
    for (int i = 0; i < 12_000; i++) {
      ObjectKey key = ObjectKey.of("k%06d".formatted(i));
      (i % 2 == 0 ? memoryA : memoryB).create(key, bytes("x"));
      if (i % 3 == 0) {
        (i % 2 == 0 ? memoryB : memoryA).create(key, bytes("x"));
      }
    }
    group.close();
    group = Stores.group(counting, FORGETFUL);
    List<String> keys = new ArrayList<>();
    group.forEach("k", "k000000", info -> keys.add(info.key().value()));
    assertThat(keys).hasSize(11_999).isSorted().doesNotHaveDuplicates();
    assertThat(visits).hasValue(2);
    assertThat(pages).hasValue(0);
  }

  @Test
  void aVisitGoesOnWithoutTheStoreThatFailsAndEndsWhenAllDo() {
    group.create(KEY, bytes("x"));
    group.create(ObjectKey.of("z"), bytes("x"));
    b.cutOff();
    List<String> keys = new ArrayList<>();
    group.forEach("", "", info -> keys.add(info.key().value()));
    assertThat(keys).containsExactly(KEY.value(), "z");
    assertThat(member(1).away()).isPresent();
    a.cutOff();
    fails(ErrorCode.STORE_UNREACHABLE, () -> group.forEach("", "", _ -> {}));
  }

  @Test
  void storeThatIsAwayKeepsWhatIsDeleted() {
    group.create(KEY, bytes("x"));
    b.cutOff();
    group.delete(KEY);
    assertThat(memoryA.stat(KEY)).isEmpty();
    assertThat(memoryB.stat(KEY)).isPresent();
    assertThat(member(1).missed()).isEqualTo(1);
  }
}
