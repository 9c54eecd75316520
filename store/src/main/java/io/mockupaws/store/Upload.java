package io.mockupaws.store;

import java.nio.ByteBuffer;

/**
 * An object in the making, by one thread. A part that failed has had no effect and may be given
 * again; so may a commit. Closing without a commit removes every trace.
 */
public interface Upload extends AutoCloseable {

  /**
   * Adds the next bytes. Every part but the last has exactly {@link Store#partSize()} bytes, the
   * last one as many or fewer. Reads the buffer from position to limit and leaves both as they
   * were.
   */
  void part(ByteBuffer bytes);

  /** Makes the object visible, unless one exists. May be called again when it failed. */
  CreateOutcome commit();

  /** Ends the upload. After a commit that made the object, nothing is left to do. */
  @Override
  void close();
}
