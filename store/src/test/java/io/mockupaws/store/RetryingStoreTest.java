package io.mockupaws.store;

import static io.mockupaws.store.FaultyStore.Fault.AFTER;
import static io.mockupaws.store.FaultyStore.Fault.BEFORE;
import static io.mockupaws.store.FaultyStore.Fault.MIDDLE;
import static io.mockupaws.store.FaultyStore.Fault.NONE;
import static io.mockupaws.store.FaultyStore.Operation.COMMIT;
import static io.mockupaws.store.FaultyStore.Operation.CREATE;
import static io.mockupaws.store.FaultyStore.Operation.PART;
import static io.mockupaws.store.FaultyStore.Operation.STAT;
import static io.mockupaws.store.FaultyStore.Operation.STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.FaultyStore.Fault;
import io.mockupaws.store.FaultyStore.Faults;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class RetryingStoreTest {
  private static final ObjectKey KEY = ObjectKey.of("some/key");
  private static final RetryPolicy POLICY =
      new RetryPolicy(5, Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofSeconds(60));

  private final Store memory = Stores.inMemory(1000);
  private final ManualPace pace = new ManualPace();
  private final List<String> told = new ArrayList<>();

  private FaultyStore faulty = new FaultyStore(memory, FaultyStore.none());

  private RetryingStore store(Faults faults) {
    return store(faults, POLICY);
  }

  private RetryingStore store(Faults faults, RetryPolicy policy) {
    faulty = new FaultyStore(memory, faults);
    RetryListener listener =
        (address, fault, attempt, wait) -> told.add(address + ' ' + attempt + ' ' + fault.code());
    return new RetryingStore(
        faulty, new Retry(faulty.address(), policy, listener, new Random(1), pace));
  }

  // --- creations whose answer was lost

  @ParameterizedTest
  @EnumSource(names = {"BEFORE", "AFTER"})
  void creationIsReportedOnceWhicheverWayItsAnswerWasLost(Fault fault) {
    RetryingStore store = store(FaultyStore.script(CREATE, fault, fault, BEFORE));
    assertThat(store.create(KEY, new byte[] {1, 2, 3})).isEqualTo(CreateOutcome.CREATED);
    assertThat(store.create(KEY, new byte[] {1, 2, 3})).isEqualTo(CreateOutcome.EXISTS);
    assertThat(memory.read(KEY, 0, 10)).containsExactly(1, 2, 3);
  }

  @Test
  void creationThatLostToAnotherIsNotTakenForOurs() {
    for (byte[] others : List.of(new byte[] {9, 9, 9}, new byte[] {1, 2}, new byte[0])) {
      memory.delete(KEY);
      RetryingStore store =
          store(
              failing(
                  CREATE,
                  // The competitor comes first while our first try fails without effect.
                  () -> memory.create(KEY, others)));
      assertThat(store.create(KEY, new byte[] {1, 2, 3})).isEqualTo(CreateOutcome.EXISTS);
      assertThat(memory.read(KEY, 0, 10)).isEqualTo(others);
    }
  }

  @Test
  void emptyObjectWhoseAnswerWasLostIsOurs() {
    RetryingStore store = store(FaultyStore.script(CREATE, AFTER));
    assertThat(store.create(KEY, new byte[0])).isEqualTo(CreateOutcome.CREATED);
  }

  @ParameterizedTest
  @EnumSource(names = {"BEFORE", "AFTER"})
  void commitIsReportedOnceWhicheverWayItsAnswerWasLost(Fault fault) {
    for (int size : new int[] {0, 10, 1000, 2500}) {
      memory.delete(KEY);
      RetryingStore store = store(FaultyStore.script(COMMIT, fault, fault));
      assertThat(upload(store, content(size, 1))).isEqualTo(CreateOutcome.CREATED);
      assertThat(memory.read(KEY, 0, 10_000)).isEqualTo(content(size, 1));
    }
  }

  @Test
  void commitThatLostToAnotherIsNotTakenForOurs() {
    for (byte[] others : List.of(content(2500, 2), content(2499, 1), new byte[0])) {
      memory.delete(KEY);
      RetryingStore store = store(failing(COMMIT, () -> memory.create(KEY, others)));
      assertThat(upload(store, content(2500, 1))).isEqualTo(CreateOutcome.EXISTS);
      assertThat(memory.read(KEY, 0, 10_000)).isEqualTo(others);
    }
  }

  @Test
  void commitMadeAgainByTheCallerRemembersTheLostAnswer() {
    RetryingStore store = store(FaultyStore.script(COMMIT, AFTER), RetryPolicy.none());
    try (Upload upload = store.upload(KEY)) {
      upload.part(ByteBuffer.wrap(content(10, 1)));
      assertThatThrownBy(upload::commit).isInstanceOf(StoreException.class);
      assertThat(upload.commit()).isEqualTo(CreateOutcome.CREATED);
    }
  }

  @Test
  void existsIsFinalWhereNoAnswerWasLost() {
    memory.create(KEY, content(2500, 1));
    RetryingStore store = store(FaultyStore.none());
    assertThat(store.create(KEY, content(2500, 1))).isEqualTo(CreateOutcome.EXISTS);
    assertThat(upload(store, content(2500, 1))).isEqualTo(CreateOutcome.EXISTS);
    assertThat(faulty.calls(STAT)).isZero();
  }

  @Test
  void partsAreGivenAgain() {
    RetryingStore store =
        store(FaultyStore.script(PART, BEFORE, BEFORE, NONE, AFTER, NONE, MIDDLE));
    assertThat(upload(store, content(2500, 1))).isEqualTo(CreateOutcome.CREATED);
    assertThat(memory.read(KEY, 0, 10_000)).isEqualTo(content(2500, 1));
  }

  // --- streams

  @Test
  void streamGoesOnWhereItBroke() throws IOException {
    byte[] content = content(100_000, 1);
    memory.create(KEY, content);
    RetryingStore store =
        store(FaultyStore.script(STREAM, MIDDLE, BEFORE, MIDDLE, MIDDLE, AFTER, BEFORE, MIDDLE));
    try (InputStream in = store.read(KEY, 7)) {
      assertThat(in.read()).isEqualTo(content[7] & 0xff);
      in.skipNBytes(10);
      byte[] rest = in.readAllBytes();
      assertThat(rest).isEqualTo(Arrays.copyOfRange(content, 18, content.length));
    }
    assertThat(faulty.calls(STREAM)).isEqualTo(8);
  }

  @Test
  void streamThatGoesOnIsPatientAnew() throws IOException {
    byte[] content = content(100_000, 1);
    memory.create(KEY, content);
    // Halves of what is left: more breaks than attempts, but each after some bytes.
    RetryingStore store =
        store(FaultyStore.script(STREAM, Collections.nCopies(12, MIDDLE).toArray(Fault[]::new)));
    try (InputStream in = store.read(KEY, 0)) {
      assertThat(in.readAllBytes()).isEqualTo(content);
    }
  }

  @Test
  void streamThatStaysBrokenFailsAndIsNotAtItsEnd() throws IOException {
    memory.create(KEY, content(100_000, 1));
    for (RetryPolicy policy : List.of(POLICY, RetryPolicy.none())) {
      RetryingStore store = store(FaultyStore.script(STREAM, MIDDLE), policy);
      try (InputStream in = store.read(KEY, 0)) {
        in.skipNBytes(50_000);
        faulty.cutOff();
        assertThatThrownBy(in::read).isInstanceOf(StoreException.class);
        faulty.heal();
        assertThat(in.readAllBytes()).hasSize(50_000);
      }
    }
  }

  @Test
  void objectDeletedWhileReadIsMissing() throws IOException {
    memory.create(KEY, content(100_000, 1));
    RetryingStore store = store(FaultyStore.script(STREAM, MIDDLE));
    try (InputStream in = store.read(KEY, 0)) {
      memory.delete(KEY);
      assertThatThrownBy(in::readAllBytes)
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OBJECT_MISSING));
    }
  }

  // --- bounds

  @Test
  void waitsGrowAndScatterWithinTheirBounds() {
    RetryPolicy policy =
        new RetryPolicy(20, Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofMinutes(10));
    RetryingStore store = store(FaultyStore.none(), policy);
    faulty.cutOff();
    assertThatThrownBy(() -> store.stat(KEY)).isInstanceOf(StoreException.class);
    assertThat(faulty.calls(STAT)).isEqualTo(20);
    assertThat(pace.waits).hasSize(19);
    for (int i = 0; i < pace.waits.size(); i++) {
      long bound = Math.min(1000, 100L << Math.min(i, 20));
      assertThat(pace.waits.get(i).toMillis()).isBetween(bound / 2, bound);
    }
    assertThat(pace.waits.subList(5, 19).stream().distinct().count()).isGreaterThan(5);
    assertThat(told).hasSize(19).first().isEqualTo("memory: 1 STORE_UNREACHABLE");
  }

  /** A minute without a store ends no work of hours. */
  @Test
  void patienceOutlastsWhatABriefCallDoesNot() {
    RetryingStore store = store(FaultyStore.none(), RetryPolicy.brief());
    faulty.cutOff();
    assertThatThrownBy(() -> store.stat(KEY)).isInstanceOf(StoreException.class);
    assertThat(Duration.ofNanos(pace.nanos())).isLessThan(Duration.ofSeconds(9));
    long before = pace.nanos();
    assertThatThrownBy(() -> store.patient().stat(KEY)).isInstanceOf(StoreException.class);
    assertThat(Duration.ofNanos(pace.nanos() - before)).isGreaterThan(Duration.ofMinutes(2));
  }

  @Test
  void totalTimeIsBounded() {
    RetryPolicy policy =
        new RetryPolicy(
            1000, Duration.ofMillis(100), Duration.ofSeconds(5), Duration.ofSeconds(30));
    RetryingStore store = store(FaultyStore.none(), policy);
    faulty.cutOff();
    assertThatThrownBy(() -> store.list("", "", 1)).isInstanceOf(StoreException.class);
    assertThat(Duration.ofNanos(pace.nanos())).isBetween(Duration.ofSeconds(24), policy.total());
  }

  @Test
  void faultsThatDoNotPassAreNotTriedAgain() {
    RetryingStore store = store(FaultyStore.none());
    assertThatThrownBy(() -> store.read(KEY, 0, 1))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OBJECT_MISSING));
    assertThat(faulty.calls(FaultyStore.Operation.READ)).isEqualTo(1);
    assertThat(pace.waits).isEmpty();
  }

  @Test
  void closingEndsTheWaiting() {
    RetryingStore store = store(FaultyStore.none());
    faulty.cutOff();
    pace.duringWait(store::close);
    assertThatThrownBy(() -> store.stat(KEY)).isInstanceOf(StoreException.class);
    assertThat(faulty.calls(STAT)).isEqualTo(1);
  }

  @Test
  void closingWakesARealWait() throws InterruptedException {
    FaultyStore cut = new FaultyStore(memory, FaultyStore.none());
    cut.cutOff();
    RetryPolicy hours =
        new RetryPolicy(10, Duration.ofHours(1), Duration.ofHours(1), Duration.ofDays(1));
    CountDownLatch waiting = new CountDownLatch(1);
    Store store = RetryingStore.of(cut, hours, (_, _, _, _) -> waiting.countDown());
    List<Throwable> thrown = Collections.synchronizedList(new ArrayList<>());
    Thread caller =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    store.delete(KEY);
                  } catch (StoreException e) {
                    thrown.add(e);
                  }
                });
    waiting.await();
    store.close();
    assertThat(caller.join(Duration.ofSeconds(30))).isTrue();
    assertThat(thrown).hasSize(1);
  }

  @Test
  void interruptEndsTheWaitingAndStaysKnown() {
    RetryingStore store = store(FaultyStore.none());
    faulty.cutOff();
    pace.duringWait(() -> Thread.currentThread().interrupt());
    assertThatThrownBy(() -> store.stat(KEY)).isInstanceOf(StoreException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(faulty.calls(STAT)).isEqualTo(1);
  }

  @Test
  void policiesHoldWhatTheySay() {
    assertThat(RetryPolicy.patient().total()).isEqualTo(Duration.ofMinutes(5));
    assertThat(RetryPolicy.brief().total()).isEqualTo(Duration.ofSeconds(8));
    assertThat(RetryPolicy.none().attempts()).isEqualTo(1);
    assertThatThrownBy(() -> new RetryPolicy(0, Duration.ZERO, Duration.ZERO, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // --- tools

  /** The first call of an operation fails without effect, after something else has happened. */
  private static Faults failing(FaultyStore.Operation operation, Runnable meanwhile) {
    Faults once = FaultyStore.script(operation, BEFORE);
    return (asked, key) -> {
      Fault fault = once.next(asked, key);
      if (fault == BEFORE) {
        meanwhile.run();
      }
      return fault;
    };
  }

  private static CreateOutcome upload(Store store, byte[] content) {
    try (Upload upload = store.upload(KEY)) {
      for (int at = 0; at < content.length; at += store.partSize()) {
        int length = Math.min(store.partSize(), content.length - at);
        upload.part(ByteBuffer.wrap(content, at, length));
      }
      return upload.commit();
    }
  }

  private static byte[] content(int size, long seed) {
    byte[] content = new byte[size];
    new Random(seed).nextBytes(content);
    return content;
  }
}
