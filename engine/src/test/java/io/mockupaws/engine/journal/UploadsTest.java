package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Lease;
import io.mockupaws.engine.repository.LeaseRole;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Stores;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A segment that is there already: ours whose answer was lost, or another's. */
class UploadsTest {
  private static final SegmentName NAME =
      SegmentName.containing(new Timeline(1), new Lsn(64L << 20), MadeWal.SEGMENT);
  static final SegmentIndex INDEX =
      new SegmentIndex(
          MadeWal.SEGMENT,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          0,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          0,
          List.of(),
          Optional.empty());

  @TempDir private Path spool;

  private final ClusterRepository cluster =
      Repository.create(Stores.inMemory(), Optional.empty(), new SecureRandom())
          .createCluster(
              new ClusterIdentity("c", MadeWal.SYSTEM, 15, MadeWal.SEGMENT, Instant.EPOCH));
  private final Lease lease = cluster.acquireLease(LeaseRole.JOURNAL, Duration.ZERO);
  private final Uploads uploads = new Uploads(cluster, lease);

  @AfterEach
  void letGo() {
    lease.close();
  }

  @Test
  void theSameBytesAgainAreFine() {
    uploads.segment(segment("one", (byte) 1), INDEX);
    uploads.segment(segment("two", (byte) 1), INDEX);
    assertThat(cluster.list(JournalKeys.WAL)).hasSize(1);
  }

  @Test
  void otherBytesUnderTheSameNameAreAnotherLife() {
    uploads.segment(segment("one", (byte) 1), INDEX);
    Failure failure =
        catchThrowableOfType(Failure.class, () -> uploads.segment(segment("two", (byte) 2), INDEX));
    assertThat(failure.code()).isEqualTo(ErrorCode.OTHER_LIFE);
    assertThat(failure.what()).contains(NAME.toString());
  }

  /** Full of zeros but for its last byte. */
  private OpenSegment segment(String file, byte last) {
    byte[] bytes = new byte[MadeWal.SEGMENT];
    Arrays.fill(bytes, bytes.length - 1, bytes.length, last);
    SpoolFile spooled = new SpoolFile(spool.resolve(file), NAME);
    spooled.write(0, ByteBuffer.wrap(bytes));
    return new OpenSegment(NAME, spooled, bytes.length, 0);
  }
}
