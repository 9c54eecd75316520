package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Receives over one connection and answers the server. Its thread does nothing else: it never waits
 * for a disk or the repository, so the server hears from it whatever else is slow.
 */
final class Receiver {
  private static final Duration MOST_STATUS_INTERVAL = Duration.ofSeconds(1);
  private static final long FULL_PAUSE_NANOS = Duration.ofMillis(1).toNanos();
  private static final long IDLE_PAUSE_NANOS = Duration.ofMillis(3).toNanos();

  /** So often the server is asked for a sign of life, which tells its clock and its end. */
  private static final long ASK_INTERVAL_NANOS = Duration.ofSeconds(5).toNanos();

  /** So long an answer is waited for: the network is gone, or the server's host. */
  private static final long SILENCE_NANOS =
      Math.max(Duration.ofSeconds(15).toNanos(), 3 * ASK_INTERVAL_NANOS);

  /** After so many polls without a word the thread sleeps a little between them. */
  private static final int IDLE_POLLS = 2000;

  private final WalFeed feed;
  private final ReceiveBuffer buffer;
  private final Line line;
  private final Supplier<Lsn> durable;
  private final Timeline timeline;
  private final Optional<Lsn> until;
  private final long statusNanos;
  private final LongSupplier nanos;

  private volatile Lsn received;
  private volatile Lsn serverEnd = Lsn.ZERO;
  private volatile Optional<Instant> serverTime = Optional.empty();
  private volatile long pollingSince;
  private volatile boolean polling;
  private Optional<Instant> sign = Optional.empty();
  private Lsn reported = Lsn.ZERO;
  private long askedAt;

  /** When the first sign of life was asked for since something was heard last. */
  private OptionalLong unanswered = OptionalLong.empty();

  private long reportedAt;
  private int idle;

  /** As below, by this host's clock. */
  Receiver(
      WalFeed feed,
      ReceiveBuffer buffer,
      Line line,
      Supplier<Lsn> durable,
      Position from,
      Optional<Lsn> until,
      Duration senderTimeout) {
    this(feed, buffer, line, durable, from, until, senderTimeout, System::nanoTime);
  }

  /**
   * A receiver.
   *
   * @param from the position that the feed begins at
   * @param until where the server left the timeline; empty on the one that it is on
   * @param senderTimeout of the server; zero: none
   * @param durable what may be reported as flushed
   * @param nanos as {@link System#nanoTime}
   */
  Receiver(
      WalFeed feed,
      ReceiveBuffer buffer,
      Line line,
      Supplier<Lsn> durable,
      Position from,
      Optional<Lsn> until,
      Duration senderTimeout,
      LongSupplier nanos) {
    this.feed = feed;
    this.buffer = buffer;
    this.line = line;
    this.durable = durable;
    this.timeline = from.timeline();
    this.received = from.lsn();
    this.until = until;
    this.nanos = nanos;
    this.askedAt = nanos.getAsLong() - ASK_INTERVAL_NANOS;
    long quarter = senderTimeout.toNanos() / 4;
    this.statusNanos =
        senderTimeout.isZero()
            ? MOST_STATUS_INTERVAL.toNanos()
            : Math.min(MOST_STATUS_INTERVAL.toNanos(), quarter);
  }

  Lsn received() {
    return received;
  }

  Lsn serverEnd() {
    return serverEnd;
  }

  /** A time, by the server's clock, up to which it has written nothing behind what it sent. */
  Optional<Instant> serverTime() {
    return serverTime;
  }

  /** How long the thread has been waiting in the driver for the rest of a message. */
  long pollingNanos(long now) {
    return polling ? now - pollingSince : 0;
  }

  /**
   * Receives until the control says stop, the timeline ends or something fails.
   *
   * @throws Failure of the connection or of the intake; SERVER_UNREACHABLE when nothing is heard
   *     although it was asked for
   */
  void run(StreamControl control) {
    status();
    while (!control.isClosing()) {
      Optional<Failure> failure = buffer.takeFailure();
      if (failure.isPresent()) {
        throw failure.get();
      }
      if (!step()) {
        return;
      }
      statusIfDue();
    }
  }

  private boolean step() {
    if (!buffer.hasRoom()) {
      unanswered = OptionalLong.empty(); // nobody listens now
      LockSupport.parkNanos(FULL_PAUSE_NANOS);
      return true;
    }
    Optional<WalFeed.Message> message = poll();
    if (message.isEmpty()) {
      demandAnswer();
      rest();
      return true;
    }
    idle = 0;
    unanswered = OptionalLong.empty();
    return switch (message.get()) {
      case WalFeed.Data data -> take(data);
      case WalFeed.Keepalive(Lsn end, Instant time, boolean replyNow) -> {
        hear(end, time);
        if (replyNow) {
          status();
        }
        yield true;
      }
      case WalFeed.End() -> false;
    };
  }

  /**
   * Between two signs of life the server has sent what it had at the first: when no WAL came in
   * between, there was none at the time of the first.
   */
  private void hear(Lsn end, Instant time) {
    serverEnd = end;
    sign.filter(_ -> end.equals(received)).ifPresent(first -> serverTime = Optional.of(first));
    sign = end.equals(received) ? Optional.of(time) : Optional.empty();
  }

  private Optional<WalFeed.Message> poll() {
    pollingSince = nanos.getAsLong();
    polling = true;
    try {
      return feed.poll();
    } finally {
      polling = false;
    }
  }

  /** Without this a network that drops everything is noticed when the kernel gives up sending. */
  private void demandAnswer() {
    if (unanswered.isPresent() && nanos.getAsLong() - unanswered.getAsLong() >= SILENCE_NANOS) {
      throw new Failure(
          ErrorCode.SERVER_UNREACHABLE,
          "the server has not answered for "
              + Duration.ofNanos(SILENCE_NANOS).toSeconds()
              + " s, and the connection did not end",
          "The stream connects again by itself; check the network between here and the server.");
    }
  }

  private void rest() {
    if (++idle > IDLE_POLLS) {
      LockSupport.parkNanos(IDLE_PAUSE_NANOS);
    }
  }

  private boolean take(WalFeed.Data data) {
    if (!data.start().equals(received)) {
      throw new Failure(
          ErrorCode.INTERNAL,
          "the server sent WAL from " + data.start() + ", expected was " + received,
          "The stream connects again by itself.");
    }
    serverEnd = data.serverEnd();
    sign = Optional.empty();
    serverTime = Optional.empty();
    received = received.plus(data.length());
    line.received(new Position(timeline, received), nanos.getAsLong());
    buffer.add(data);
    return until.filter(end -> !received.isBefore(end)).isEmpty();
  }

  private void statusIfDue() {
    boolean moved = !durable.get().equals(reported);
    if (moved || nanos.getAsLong() - reportedAt >= statusNanos) {
      status();
    }
  }

  /** Tells the server how far we are. */
  void status() {
    Lsn now = durable.get();
    Lsn written =
        line.positions()
            .written()
            .filter(position -> position.timeline().equals(timeline))
            .map(Position::lsn)
            .orElse(now);
    reportedAt = nanos.getAsLong();
    boolean ask = reportedAt - askedAt >= ASK_INTERVAL_NANOS;
    if (ask) {
      askedAt = reportedAt;
      unanswered = unanswered.isPresent() ? unanswered : OptionalLong.of(reportedAt);
    }
    feed.status(Lsn.max(written, now), now, ask);
    reported = now;
  }
}
