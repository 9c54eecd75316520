package io.mockupaws.store;

import static io.mockupaws.store.Contents.all;
import static io.mockupaws.store.Contents.bytes;
import static io.mockupaws.store.Contents.random;
import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.ObjectKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** One creator of many makes an object, at once and whole. */
interface CreationContract extends StoreUnderTest {
  /** How many compete for a key. */
  int RACERS = 16;

  @Test
  default void createsOnce() {
    ObjectKey key = ObjectKey.of("a/b/object");
    assertThat(store().stat(key)).isEmpty();
    assertThat(store().create(key, bytes("first"))).isEqualTo(CreateOutcome.CREATED);
    assertThat(store().create(key, bytes("second"))).isEqualTo(CreateOutcome.EXISTS);
    assertThat(text(key)).isEqualTo("first");
    assertThat(store().stat(key).orElseThrow().size()).isEqualTo(5);
    assertThat(store().stat(key).orElseThrow().modified())
        .isBetween(Instant.now().minus(Duration.ofMinutes(2)), Instant.now().plusSeconds(120));
  }

  @Test
  default void createsEmptyObject() throws IOException {
    ObjectKey key = ObjectKey.of("empty");
    assertThat(store().create(key, new byte[0])).isEqualTo(CreateOutcome.CREATED);
    assertThat(store().create(key, bytes("x"))).isEqualTo(CreateOutcome.EXISTS);
    assertThat(store().stat(key).orElseThrow().size()).isZero();
    assertThat(store().read(key, 0, 10)).isEmpty();
    assertThat(store().read(key, 5, 10)).isEmpty();
    assertThat(all(store().read(key, 0))).isEmpty();
    assertThat(store().list("", "", 10).objects()).hasSize(1);
  }

  @Test
  default void createsLargerThanPart() throws IOException {
    byte[] content = random(store().partSize() + 12_345, 1);
    ObjectKey key = ObjectKey.of("large");
    assertThat(store().create(key, content)).isEqualTo(CreateOutcome.CREATED);
    assertThat(all(store().read(key, 0))).isEqualTo(content);
  }

  @Test
  default void oneOfManyCreatorsWins() throws Exception {
    for (int round = 0; round < raceRounds(); round++) {
      ObjectKey key = ObjectKey.of("race/create-" + round);
      raced(key, racer -> store().create(key, racerBytes(racer, 10_000)), 10_000);
    }
  }

  @Test
  default void oneOfManyUploadersWins() throws Exception {
    ObjectKey key = ObjectKey.of("race/upload");
    int size = store().partSize() + 1000;
    CyclicBarrier allWritten = new CyclicBarrier(RACERS);
    raced(
        key,
        racer -> {
          try (Upload upload = store().upload(key)) {
            byte[] content = racerBytes(racer, size);
            upload.part(ByteBuffer.wrap(content, 0, store().partSize()));
            upload.part(ByteBuffer.wrap(content, store().partSize(), 1000));
            allWritten.await();
            return upload.commit();
          }
        },
        size);
  }

  @Test
  default void creatorsAndUploadersOfOneKeyDoNotMeet() throws Exception {
    ObjectKey key = ObjectKey.of("race/both");
    int size = store().partSize();
    raced(
        key,
        racer -> {
          byte[] content = racerBytes(racer, size);
          if (racer % 2 == 0) {
            return store().create(key, content);
          }
          try (Upload upload = store().upload(key)) {
            upload.part(ByteBuffer.wrap(content));
            return upload.commit();
          }
        },
        size);
  }

  /** What each of the competitors does. */
  @FunctionalInterface
  interface Racer {
    CreateOutcome run(int racer) throws Exception;
  }

  private void raced(ObjectKey key, Racer racer, int size) throws Exception {
    CyclicBarrier start = new CyclicBarrier(RACERS);
    List<CreateOutcome> outcomes = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(RACERS)) {
      List<Future<CreateOutcome>> futures = new ArrayList<>();
      for (int i = 0; i < RACERS; i++) {
        int number = i;
        Callable<CreateOutcome> run =
            () -> {
              start.await();
              return racer.run(number);
            };
        futures.add(threads.submit(run));
      }
      for (Future<CreateOutcome> future : futures) {
        outcomes.add(future.get());
      }
    }
    assertThat(outcomes).filteredOn(CreateOutcome.CREATED::equals).hasSize(1);
    int winner = outcomes.indexOf(CreateOutcome.CREATED);
    assertThat(Arrays.equals(all(store().read(key, 0)), racerBytes(winner, size)))
        .as("the bytes are the winner's")
        .isTrue();
    assertThat(keys("")).contains(key.value()).doesNotHaveDuplicates();
  }

  private static byte[] racerBytes(int racer, int size) {
    byte[] content = new byte[size];
    Arrays.fill(content, (byte) (racer + 1));
    return content;
  }
}
