package io.mockupaws.engine.objective;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What recoveries took, as the next one reads it from the repository. */
class MeasurementsTest {
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00.123Z");

  private final SecureRandom random = new SecureRandom();
  private final Store store = Stores.inMemory();
  private final ClusterRepository cluster =
      Repository.create(store, Optional.empty(), random)
          .createCluster(new ClusterIdentity("prod", 7, 18, 1 << 24, NOON));
  private final Measurements measurements = new Measurements(cluster);

  private static Measurement hour(int hour) {
    return new Measurement(
        NOON.plus(Duration.ofHours(hour)),
        "db2",
        new BackupId("20260407T110000Z-incremental-1a2b"),
        5_000_000_000L,
        4_999_999_999L,
        Duration.ofMillis(12_345),
        6_000_000_000L,
        Duration.ofMillis(67_890),
        Duration.ofMillis(400));
  }

  @Test
  void theNewestAreReadBackInTheirOrder() {
    assertThat(measurements.newest()).isEmpty();
    IntStream.of(3, 1, 7, 2, 6, 5, 4).forEach(hour -> measurements.keep(hour(hour), random));
    assertThat(measurements.newest())
        .isEqualTo(IntStream.rangeClosed(3, 7).mapToObj(MeasurementsTest::hour).toList());
  }

  @Test
  void aDamagedOneDoesNotStandInTheWay() {
    measurements.keep(hour(1), random);
    ObjectKey bad = cluster.key(Measurements.FOLDER + "7FFFFFFFFFFFFFFF-0000");
    cluster.put(
        bad,
        ObjectKind.RECORD,
        "{\"at\":\"yesterday\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    store.create(cluster.key(Measurements.FOLDER + "7FFFFFFFFFFFFFFF-0001"), new byte[] {1, 2, 3});
    assertThat(measurements.newest()).isEqualTo(List.of(hour(1)));
  }
}
