package io.mockupaws.core.crypto;

import java.nio.ByteBuffer;

/**
 * Seals and opens the frames of one object, by one thread. A frame's number is used for one content
 * only: the number is the nonce.
 */
public interface ObjectSeal extends AutoCloseable {
  /** Bytes a sealed frame is longer than its content. */
  int TAG_BYTES = 16;

  /**
   * Seals {@code plain} into {@code sealed}.
   *
   * @param number the frame's number in its object, from 0
   * @param associated what is not hidden but must be the same when it is opened
   * @param plain read from position to limit; position moves to the limit
   * @param sealed has room for the content and {@link #TAG_BYTES}; position moves behind them
   */
  void seal(int number, byte[] associated, ByteBuffer plain, ByteBuffer sealed);

  /**
   * Opens what {@link #seal} made. Nothing is written to {@code plain} unless every byte is proven
   * authentic.
   *
   * @return false when the bytes are not those that were sealed under this key, number and
   *     associated data
   */
  boolean open(int number, byte[] associated, ByteBuffer sealed, ByteBuffer plain);

  /** Wipes the object's key. */
  @Override
  void close();
}
