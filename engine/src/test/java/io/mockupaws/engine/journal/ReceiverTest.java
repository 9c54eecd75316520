package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Stores;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long a receiver waits for a server that says nothing, by a clock of the test's own. */
class ReceiverTest {
  private static final Lsn START = new Lsn(64L << 20);
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  @TempDir private Path spool;

  private final ClusterRepository cluster =
      Repository.create(Stores.inMemory(), Optional.empty(), new SecureRandom())
          .createCluster(
              new ClusterIdentity("c", MadeWal.SYSTEM, 15, MadeWal.SEGMENT, Instant.EPOCH));
  private final Line line = new Line();
  private final StreamControl control = new StreamControl(line);
  private final Feed feed = new Feed();
  private long now;

  /** Each poll takes a second, and so does each status. */
  private final class Feed implements WalFeed {
    private boolean answers = true;
    private boolean asked;
    private long heardAt;
    private long endAt = Long.MAX_VALUE;
    private int asks;

    @Override
    public Optional<Message> poll() {
      pass();
      if (asked && answers) {
        asked = false;
        heardAt = now;
        return Optional.of(new Keepalive(START, Instant.EPOCH, false));
      }
      return Optional.empty();
    }

    @Override
    public void status(Lsn written, Lsn durable, boolean ask) {
      pass();
      asked |= ask;
      asks += ask ? 1 : 0;
    }

    private void pass() {
      now += SECOND;
      if (now >= endAt) {
        control.close();
      }
    }
  }

  private ReceiveBuffer buffer() {
    Spool files = new Spool(spool, "r", "c", MadeWal.SEGMENT);
    Intake intake =
        new Intake(files, line, new KnownSegments(cluster, line), MadeWal.SEGMENT, hole -> {});
    return new ReceiveBuffer(intake, line, control, 1 << 20);
  }

  private Receiver receiver(ReceiveBuffer buffer) {
    return new Receiver(
        feed,
        buffer,
        line,
        () -> Lsn.ZERO,
        new Position(new Timeline(1), START),
        Optional.empty(),
        Duration.ofSeconds(60),
        () -> now);
  }

  @Test
  void aServerThatNeverAnswersIsGivenUp() {
    feed.answers = false;
    feed.endAt = 3600 * SECOND;
    assertGivenUp();
    assertThat(now).isBetween(15 * SECOND, 30 * SECOND);
  }

  @Test
  void aServerThatFallsSilentIsGivenUp() {
    feed.endAt = 600 * SECOND;
    receiver(buffer()).run(control);
    assertThat(feed.asks).as("asked now and then").isGreaterThan(50);
    StreamControl again = new StreamControl(line);
    feed.answers = false;
    assertThatThrownBy(() -> receiver(buffer()).run(again)).isInstanceOf(Failure.class);
    assertThat(now - feed.heardAt).isBetween(15 * SECOND, 30 * SECOND);
  }

  private void assertGivenUp() {
    assertThatThrownBy(() -> receiver(buffer()).run(control))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SERVER_UNREACHABLE));
  }

  @Test
  void anIdleServerThatAnswersIsKept() {
    feed.endAt = 3600 * SECOND;
    receiver(buffer()).run(control);
    assertThat(now).isGreaterThanOrEqualTo(3600 * SECOND);
  }

  /** What the server says then is not heard for want of room, not for want of an answer. */
  @Test
  void aFullBufferIsNoSilence() {
    feed.answers = false;
    feed.endAt = 300 * SECOND;
    ReceiveBuffer full = buffer();
    full.add(new WalFeed.Data(START, START, ByteBuffer.allocate(ReceiveBuffer.CAPACITY)));
    receiver(full).run(control);
    assertThat(now).isGreaterThanOrEqualTo(300 * SECOND);
  }
}
