package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Stores;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a server sends is held against what we have, however often it begins again. */
class ComparisonTest {
  private static final Timeline FIRST = new Timeline(1);
  private static final Lsn START = new Lsn(64L << 20);
  private static final int LENGTH = 5000;

  private final ClusterRepository cluster =
      Repository.create(Stores.inMemory(), Optional.empty(), new SecureRandom())
          .createCluster(
              new ClusterIdentity("c", MadeWal.SYSTEM, 15, MadeWal.SEGMENT, Instant.EPOCH));
  private final byte[] ours = new byte[LENGTH];
  private final Comparison comparison =
      new Comparison(
          new KnownSegments(cluster, new Line()),
          FIRST,
          MadeWal.SEGMENT,
          START,
          START.plus(LENGTH));

  @BeforeEach
  void store() {
    for (int i = 0; i < LENGTH; i++) {
      ours[i] = (byte) (i * 31 / 7);
    }
    SegmentName segment = SegmentName.containing(FIRST, START, MadeWal.SEGMENT);
    cluster.put(
        new JournalKeys(cluster.prefix()).piece(segment, new Piece(0, LENGTH)),
        ObjectKind.TAIL,
        ours);
  }

  @Test
  void aConnectionThatBeginsAgainIsComparedFromWhereTheLastOneEnded() {
    comparison.take(START, ByteBuffer.wrap(ours, 0, 2000));
    assertThat(comparison.isDone()).isFalse();
    comparison.take(START, ByteBuffer.wrap(ours, 0, 1500));
    comparison.take(START.plus(1500), ByteBuffer.wrap(ours, 1500, LENGTH - 1500));
    assertThat(comparison.isDone()).isTrue();
  }

  @Test
  void aDifferentByteIsFoundAlsoByASecondConnection() {
    comparison.take(START, ByteBuffer.wrap(ours, 0, 2000));
    byte[] theirs = Arrays.copyOf(ours, LENGTH);
    theirs[3000]++;
    Failure failure =
        catchThrowableOfType(Failure.class, () -> comparison.take(START, ByteBuffer.wrap(theirs)));
    assertThat(failure.code()).isEqualTo(ErrorCode.OTHER_LIFE);
    assertThat(failure.what()).contains(START.plus(3000).toString());
  }
}
