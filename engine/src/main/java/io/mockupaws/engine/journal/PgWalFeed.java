package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.PgTimestamp;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import org.postgresql.copy.CopyDual;

/**
 * WAL over the driver's two-way COPY. The messages are read and written here, and not by the
 * driver's replication stream: that one acknowledges by itself what a keepalive mentions, and
 * cannot name a timeline. Polling waits a millisecond in the driver, which looks for the first byte
 * of a message and leaves it there; a message that has begun is read whole.
 *
 * <p>The messages: PostgreSQL's documentation, "Streaming Replication Protocol".
 */
final class PgWalFeed implements WalFeed {
  private final CopyDual copy;
  private final Function<SQLException, Failure> failures;
  private final InstantSource clock;

  PgWalFeed(CopyDual copy, Function<SQLException, Failure> failures, InstantSource clock) {
    this.copy = copy;
    this.failures = failures;
    this.clock = clock;
  }

  @Override
  public Optional<Message> poll() {
    try {
      if (!copy.isActive()) {
        return Optional.of(new End());
      }
      byte[] message = copy.readFromCopy(false);
      if (message != null) {
        return Optional.of(parse(message));
      }
      return copy.isActive() ? Optional.empty() : Optional.of(new End());
    } catch (SQLException e) {
      throw failures.apply(e);
    }
  }

  private static Message parse(byte[] message) {
    ByteBuffer in = ByteBuffer.wrap(message);
    byte kind = in.get();
    return switch (kind) {
      case 'w' -> data(new Lsn(in.getLong()), new Lsn(in.getLong()), in);
      case 'k' ->
          new Keepalive(new Lsn(in.getLong()), PgTimestamp.toInstant(in.getLong()), in.get() != 0);
      default ->
          throw new Failure(
              ErrorCode.INTERNAL,
              "the server sent a replication message of kind " + kind,
              "Check that nothing between here and the server changes the connection.");
    };
  }

  /** Behind the two positions stands the server's clock, and then the WAL. */
  private static Data data(Lsn start, Lsn serverEnd, ByteBuffer in) {
    in.getLong();
    return new Data(start, serverEnd, in.slice());
  }

  @Override
  public void status(Lsn written, Lsn durable, boolean ask) {
    ByteBuffer out = ByteBuffer.allocate(1 + 8 + 8 + 8 + 8 + 1);
    out.put((byte) 'r')
        .putLong(written.value())
        .putLong(durable.value())
        .putLong(durable.value())
        .putLong(PgTimestamp.toMicros(clock.instant()))
        .put((byte) (ask ? 1 : 0));
    try {
      copy.writeToCopy(out.array(), 0, out.capacity());
      copy.flushCopy();
    } catch (SQLException e) {
      throw failures.apply(e);
    }
  }
}
