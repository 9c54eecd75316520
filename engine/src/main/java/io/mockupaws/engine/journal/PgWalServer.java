package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.ReplicationConnection;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.cluster.SlotUsage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The server behind an address. A stream is known to it by the name of its slot: that is the name
 * to put into {@code synchronous_standby_names}.
 */
public final class PgWalServer implements WalServer {
  /** All that is asked is answered at once; only streaming waits for what there will be. */
  private static final Duration ANSWER = Duration.ofSeconds(15);

  private final ServerAddress address;
  private final String name;
  private final InstantSource clock;

  /**
   * A server.
   *
   * @param name what the stream calls itself there: its {@code application_name}
   * @param clock tells the server our time
   */
  public PgWalServer(ServerAddress address, String name, InstantSource clock) {
    this.address = address.withApplicationName(name);
    this.name = name;
    this.clock = clock;
  }

  @Override
  public WalConnection connect() {
    ServerSession session = ServerSession.open(address, ANSWER);
    try {
      // of several hosts both connections must lead to the same one
      ReplicationConnection replication = ReplicationConnection.open(session.address(), ANSWER);
      return new PgWalConnection(session, replication, name, clock);
    } catch (Failure e) {
      session.close();
      throw e;
    }
  }

  @Override
  public SlotGauge gauge(String slot) {
    ServerSession session = ServerSession.open(address, ANSWER);
    return new SlotGauge() {
      @Override
      public Optional<SlotUsage> read() {
        return SlotUsage.read(session, slot);
      }

      @Override
      public void close() {
        session.close();
      }
    };
  }
}
