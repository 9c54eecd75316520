package io.mockupaws.engine.journal;

/** The seam to the server whose WAL is streamed. Safe for use by several threads. */
public interface WalServer {

  /**
   * Opens a connection for replication.
   *
   * @throws io.mockupaws.core.failure.Failure SERVER_UNREACHABLE, SERVER_LOGIN, SERVER_RIGHTS
   */
  WalConnection connect();

  /**
   * Opens a look at what a slot keeps, apart from every stream.
   *
   * @throws io.mockupaws.core.failure.Failure SERVER_UNREACHABLE, SERVER_LOGIN
   */
  SlotGauge gauge(String slot);
}
