package io.mockupaws.core.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The first 64 bytes of a sealed object, big-endian. The whole of it is associated data of every
 * frame, so none of it can be changed unseen.
 *
 * <pre>
 *  0  8  "MOCKUPAW"
 *  8  2  format version, 1
 * 10  1  kind
 * 11  1  algorithm: 1 AES-256-GCM, 0 digests
 * 12  4  the longest content of a frame, the last frame apart
 * 16 16  zero
 * 32 32  salt
 * </pre>
 */
final class ObjectHeader {
  static final int BYTES = 64;
  static final int VERSION = 1;
  static final int SALT_BYTES = 32;

  /** No reader is made to allocate more than this for one frame. */
  static final int MAX_FRAME = 16 << 20;

  private static final byte[] MAGIC = "MOCKUPAW".getBytes(StandardCharsets.US_ASCII);
  private static final int SALT_OFFSET = 32;

  private final byte[] bytes;

  private ObjectHeader(byte[] bytes) {
    this.bytes = bytes;
  }

  static ObjectHeader create(ObjectKind kind, int algorithm, int frameSize, byte[] salt) {
    ByteBuffer header = ByteBuffer.allocate(BYTES);
    header.put(MAGIC).putShort((short) VERSION).put((byte) kind.number()).put((byte) algorithm);
    header.putInt(frameSize).position(SALT_OFFSET).put(salt);
    return new ObjectHeader(header.array());
  }

  /** Empty when the bytes are no header at all. */
  static Optional<ObjectHeader> parse(byte[] bytes) {
    if (bytes.length != BYTES || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      return Optional.empty();
    }
    return Optional.of(new ObjectHeader(bytes.clone()));
  }

  int version() {
    return ByteBuffer.wrap(bytes).getShort(8);
  }

  int kind() {
    return bytes[10];
  }

  int algorithm() {
    return bytes[11];
  }

  int frameSize() {
    return ByteBuffer.wrap(bytes).getInt(12);
  }

  byte[] salt() {
    return Arrays.copyOfRange(bytes, SALT_OFFSET, BYTES);
  }

  byte[] bytes() {
    return bytes.clone();
  }

  /** What every frame of the object is bound to besides its own header. */
  byte[] associated(ObjectKey key) {
    byte[] name = key.value().getBytes(StandardCharsets.US_ASCII);
    byte[] all = Arrays.copyOf(bytes, BYTES + name.length + FrameHeader.BYTES);
    System.arraycopy(name, 0, all, BYTES, name.length);
    return all;
  }
}
