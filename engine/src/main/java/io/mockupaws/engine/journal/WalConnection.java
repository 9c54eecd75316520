package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.util.Optional;

/**
 * A connection for physical replication, used by one thread but for {@link #look} and {@link
 * #close}.
 */
public interface WalConnection extends AutoCloseable {

  /** Who the server is and where it stands. */
  ServerIdentity identify();

  /** The content of a timeline's history file; empty for one that the server does not have. */
  Optional<byte[]> history(Timeline timeline);

  /** A physical slot; empty when there is none of that name. */
  Optional<SlotState> slot(String name);

  /** Makes a physical slot that keeps WAL from now on. */
  void createSlot(String name);

  /** Removes a slot. */
  void dropSlot(String name);

  /**
   * Begins to stream.
   *
   * @param slot the slot that keeps the server's WAL; empty to read only
   * @throws WalRemoved when the server does not have it any more, here or from a {@link WalFeed}
   */
  WalFeed start(Optional<String> slot, Timeline timeline, Lsn from);

  /** How the server is used now. May be called while another thread streams. */
  Outlook look();

  /**
   * How a server is used.
   *
   * @param synchronous whether commits wait for this stream
   * @param standby whether it is in recovery
   */
  record Outlook(boolean synchronous, boolean standby) {}

  /** Ends the connection, even while another thread waits in it. */
  @Override
  void close();
}
