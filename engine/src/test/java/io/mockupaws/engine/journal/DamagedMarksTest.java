package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Small objects beside the WAL decide what can be recovered: none is believed unproven. */
class DamagedMarksTest {
  private static final Timeline FIRST = new Timeline(1);
  private static final Timeline SECOND = new Timeline(2);
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");

  /** Its bytes only help to find the last frame without reading the others. */
  private static final int FOOTER = 16;

  private static final Lsn PLACE = new Lsn(64L << 20);

  private final Store store = Stores.inMemory();
  private final ClusterRepository cluster =
      Repository.create(store, Optional.empty(), new SecureRandom())
          .createCluster(new ClusterIdentity("c", MadeWal.SYSTEM, 15, MadeWal.SEGMENT, NOON));
  private final JournalKeys keys = new JournalKeys(cluster.prefix());
  private final Journal journal = new Journal(cluster);

  @Test
  void whatWasHeard() {
    refusedWhenDamaged(keys.heard(FIRST, PLACE, NOON), new byte[0]);
  }

  @Test
  void aHistory() {
    String history = "1\t" + PLACE + "\tno recovery target specified\n";
    refusedWhenDamaged(keys.history(SECOND), history.getBytes(StandardCharsets.UTF_8));
  }

  private void refusedWhenDamaged(ObjectKey key, byte[] content) {
    cluster.put(key, ObjectKind.RECORD, content);
    journal.view();
    byte[] whole = store.read(key, 0, 100_000);
    for (int i = 0; i < whole.length - FOOTER; i++) {
      byte[] bad = whole.clone();
      bad[i] ^= 1;
      refused(key, bad);
    }
    for (int length : List.of(0, 1, whole.length / 2, whole.length - FOOTER - 1)) {
      refused(key, Arrays.copyOf(whole, length));
    }
    replace(key, whole);
    journal.view();
  }

  private void refused(ObjectKey key, byte[] bad) {
    replace(key, bad);
    Failure failure = catchThrowableOfType(Failure.class, journal::view);
    assertThat(failure).isNotNull();
    assertThat(failure.code()).isIn(ErrorCode.DAMAGED_OBJECT, ErrorCode.UNKNOWN_FORMAT);
    assertThat(failure.what()).contains(key.toString());
  }

  private void replace(ObjectKey key, byte[] bytes) {
    store.delete(key);
    store.create(key, bytes);
  }
}
