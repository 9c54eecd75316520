package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Lease;
import io.mockupaws.store.ObjectInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a stream does now and then: looks how the server is used, ends a connection that hangs, and
 * notes that an idle server has written nothing. Runs in a thread of its own.
 */
final class Housekeeping implements Runnable {
  private static final long TICK_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long LOOK_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long HEARD_NANOS = Duration.ofSeconds(60).toNanos();

  /** So long nobody waits for the rest of a message: the network or the timeline is gone. */
  private static final long STUCK_NANOS = Duration.ofSeconds(15).toNanos();

  private final ClusterRepository repository;
  private final JournalKeys keys;
  private final Lease lease;
  private final Line line;
  private final StreamControl control;
  private final Supplier<Optional<StreamSession>> session;
  private final Runnable heal;
  private long lookedAt = System.nanoTime();
  private long heardAt = System.nanoTime();
  private Optional<Boolean> standby = Optional.empty();

  Housekeeping(
      ClusterRepository repository,
      Lease lease,
      Line line,
      StreamControl control,
      Supplier<Optional<StreamSession>> session,
      Runnable heal) {
    this.heal = heal;
    this.repository = repository;
    this.keys = new JournalKeys(repository.prefix());
    this.lease = lease;
    this.line = line;
    this.control = control;
    this.session = session;
  }

  @Override
  public void run() {
    while (!line.await(control::isClosing, TICK_NANOS)) {
      session.get().ifPresent(this::tick);
    }
  }

  private void tick(StreamSession now) {
    long time = System.nanoTime();
    Optional<Receiver> receiver = now.receiver();
    if (receiver.filter(r -> r.pollingNanos(time) > STUCK_NANOS).isPresent()) {
      now.close();
      return;
    }
    if (receiver.isPresent()) {
      heal.run();
    }
    if (time - lookedAt > LOOK_NANOS) {
      lookedAt = time;
      look(now);
    }
    if (time - heardAt > HEARD_NANOS && receiver.isPresent()) {
      heardAt = time;
      note(now, receiver.get());
    }
  }

  private void look(StreamSession now) {
    try {
      WalConnection.Outlook outlook = now.connection().look();
      control.synchronous(outlook.synchronous());
      boolean promoted = standby.filter(was -> was && !outlook.standby()).isPresent();
      standby = Optional.of(outlook.standby());
      if (promoted) {
        now.close(); // its timeline has ended; the next connection goes over to the new one
      }
    } catch (Failure e) {
      standby = Optional.empty();
      if (e.code() == ErrorCode.SERVER_UNREACHABLE) {
        now.close(); // this connection tells nothing any more; the next one does
      }
    }
  }

  /** Without this the window of an idle server would end at its last commit. */
  private void note(StreamSession now, Receiver receiver) {
    Optional<Position> stored = line.positions().stored();
    Optional<Instant> at = receiver.serverTime();
    Lsn received = receiver.received();
    if (at.isEmpty()
        || stored.filter(s -> s.equals(new Position(now.timeline(), received))).isEmpty()
        || !received.equals(receiver.received())) {
      return;
    }
    try {
      lease.check();
      var older = repository.list(JournalKeys.HEARD);
      repository.put(
          keys.heard(now.timeline(), received, at.get()), ObjectKind.RECORD, new byte[0]);
      for (ObjectInfo mark : older) {
        repository.delete(mark.key());
      }
    } catch (Failure e) {
      // The next one says the same and more.
    }
  }
}
