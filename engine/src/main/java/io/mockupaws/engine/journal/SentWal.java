package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** WAL that a server sends without a slot, to be held against what we have; none of it is kept. */
final class SentWal {
  private static final long PATIENCE_NANOS = Duration.ofSeconds(10).toNanos();

  private SentWal() {}

  /**
   * Compares.
   *
   * @param theirs the server's timeline
   * @param cancelled when to give up
   * @return whether all of it came and is the same; else the server did not send it
   * @throws io.mockupaws.core.failure.Failure OTHER_LIFE at the first byte that differs
   * @throws WalRemoved when the server does not have it any more
   */
  static boolean isSame(
      WalConnection connection,
      Comparison comparison,
      Timeline theirs,
      Lsn from,
      BooleanSupplier cancelled) {
    if (comparison.isDone()) {
      return true;
    }
    WalFeed feed = connection.start(Optional.empty(), theirs, from);
    Lsn at = from;
    long heard = System.nanoTime();
    while (!comparison.isDone()) {
      Optional<WalFeed.Message> message = feed.poll();
      if (message.isPresent() && message.get() instanceof WalFeed.Data data) {
        comparison.take(at, data.bytes().duplicate());
        at = at.plus(data.length());
        heard = System.nanoTime();
      }
      if (message.isPresent() && message.get() instanceof WalFeed.Keepalive alive) {
        answer(feed, alive, at);
      }
      boolean ended = message.isPresent() && message.get() instanceof WalFeed.End;
      if (ended || cancelled.getAsBoolean() || System.nanoTime() - heard > PATIENCE_NANOS) {
        return false;
      }
    }
    return true;
  }

  /** Else it hangs up in the midst of a large segment. */
  private static void answer(WalFeed feed, WalFeed.Keepalive alive, Lsn at) {
    if (alive.replyNow()) {
      feed.status(at, Lsn.ZERO, false);
    }
  }
}
