package io.mockupaws.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.ObjectKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Time passes by the waits alone. */
class ThrottleTest {
  private static final ObjectKey PACK = ObjectKey.of("clusters/prod/packs/one/000000");
  private static final ObjectKey WAL = ObjectKey.of("clusters/prod/wal/00000001/one");

  private final ManualPace pace = new ManualPace();
  private final ThrottledStore store =
      new ThrottledStore(
          new MemoryStore(1 << 20, InstantSource.system()),
          new Throttle(1000, pace),
          key -> key.value().contains("/packs/"));

  private Duration passed() {
    return Duration.ofNanos(pace.nanos());
  }

  @Test
  void bytesWrittenAndReadShareTheRate() throws IOException {
    store.create(PACK, new byte[3000]);
    assertThat(passed()).isEqualTo(Duration.ofSeconds(3));
    store.read(PACK, 1000, 500);
    assertThat(passed()).isEqualTo(Duration.ofMillis(3500));
    try (var in = store.read(PACK, 0)) {
      assertThat(in.readAllBytes()).hasSize(3000);
    }
    assertThat(passed()).isEqualTo(Duration.ofMillis(6500));
    try (Upload upload = store.upload(ObjectKey.of("clusters/prod/packs/one/000001"))) {
      upload.part(ByteBuffer.allocate(2000));
      upload.commit();
    }
    assertThat(passed()).isEqualTo(Duration.ofMillis(8500));
  }

  @Test
  void otherObjectsPassAtOnceHoweverMuchIsHeldBack() {
    store.create(PACK, new byte[100_000]);
    Duration before = passed();
    store.create(WAL, new byte[100_000]);
    store.read(WAL, 0, 100_000);
    assertThat(passed()).isEqualTo(before);
  }

  @Test
  void nothingWaitsOnceItIsCancelled() {
    Throttle throttle = new Throttle(1, pace);
    throttle.cancel();
    throttle.take(1_000_000);
    assertThat(pace.waits).isEmpty();
  }

  /** Both ask before time has passed: the second waits for the first one's bytes too. */
  @Test
  void severalWhoAskAtOnceShareTheRate() {
    List<Duration> waits = new ArrayList<>();
    Pace standing =
        new Pace() {
          @Override
          public long nanos() {
            return 0;
          }

          @Override
          public void await(CountDownLatch cancelled, Duration time) {
            waits.add(time);
          }
        };
    Throttle throttle = new Throttle(1000, standing);
    throttle.take(1000);
    throttle.take(500);
    assertThat(waits).containsExactly(Duration.ofSeconds(1), Duration.ofMillis(1500));
  }
}
