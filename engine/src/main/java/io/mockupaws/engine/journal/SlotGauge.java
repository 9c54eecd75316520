package io.mockupaws.engine.journal;

import io.mockupaws.engine.cluster.SlotUsage;
import java.util.Optional;

/** Asks a server what its slot keeps, over a connection of its own. Used by one thread. */
public interface SlotGauge extends AutoCloseable {
  /**
   * What the slot keeps; empty when there is no such slot.
   *
   * @throws io.mockupaws.core.failure.Failure when the server cannot be asked
   */
  Optional<SlotUsage> read();

  @Override
  void close();
}
