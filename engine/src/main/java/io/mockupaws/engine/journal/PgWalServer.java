package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.ReplicationConnection;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.cluster.ServerSession;

/**
 * The server behind an address. A stream is known to it by the name of its slot: that is the name
 * to put into {@code synchronous_standby_names}.
 */
public final class PgWalServer implements WalServer {
  private final ServerAddress address;
  private final String name;

  /**
   * A server.
   *
   * @param name what the stream calls itself there: its {@code application_name}
   */
  public PgWalServer(ServerAddress address, String name) {
    this.address = address.withApplicationName(name);
    this.name = name;
  }

  @Override
  public WalConnection connect() {
    ServerSession session = ServerSession.open(address);
    try {
      // of several hosts both connections must lead to the same one
      return new PgWalConnection(session, ReplicationConnection.open(session.address()), name);
    } catch (Failure e) {
      session.close();
      throw e;
    }
  }
}
