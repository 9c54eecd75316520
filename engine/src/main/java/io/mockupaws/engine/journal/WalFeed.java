package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;

/**
 * WAL as a server sends it, used by one thread. Nothing is acknowledged but by {@link #status}: a
 * keepalive tells how far the server is, not what we have stored.
 */
public interface WalFeed {

  /** What a server sends. */
  sealed interface Message {}

  /**
   * WAL.
   *
   * @param start the position of the first byte
   * @param serverEnd how far the server's WAL reached when it was sent
   * @param bytes the receiver's from now on; its position is not moved
   */
  record Data(Lsn start, Lsn serverEnd, ByteBuffer bytes) implements Message {
    /** How many bytes of WAL. */
    int length() {
      return bytes.remaining();
    }
  }

  /**
   * A sign of life.
   *
   * @param replyNow whether the server wants a status at once, or it hangs up
   */
  record Keepalive(Lsn serverEnd, Instant serverTime, boolean replyNow) implements Message {}

  /** The server has left the timeline: there is no more of it. */
  record End() implements Message {}

  /** The next message; waits for it about a millisecond. */
  Optional<Message> poll();

  /**
   * Tells the server how far we are.
   *
   * @param written received and handed to the operating system
   * @param durable stored where the setting says, and therefore flushed and applied; {@link
   *     Lsn#ZERO}: nothing yet
   * @param ask whether the server shall answer with a {@link Keepalive}
   */
  void status(Lsn written, Lsn durable, boolean ask);
}
