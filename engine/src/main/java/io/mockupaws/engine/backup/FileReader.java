package io.mockupaws.engine.backup;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Reads stretches of the cluster's files while the server writes them. Used by one thread at a
 * time.
 *
 * <p>What an implementation owes:
 *
 * <ul>
 *   <li>A piece gives all bytes that the file has there, so that fewer than asked for mean that the
 *       file ends there.
 *   <li>A file that is not there is {@link #MISSING} and no error: relations come and go.
 *   <li>Every other fault ends the call with a {@link io.mockupaws.core.failure.Failure} that names
 *       the file.
 * </ul>
 */
interface FileReader extends AutoCloseable {
  int MISSING = -1;

  /**
   * Reads pieces one behind the other.
   *
   * @param into has room for all pieces together; its position moves behind the last byte
   * @return for each piece how many bytes it gave, or {@link #MISSING}
   */
  int[] read(List<Piece> pieces, ByteBuffer into);

  @Override
  void close();
}
