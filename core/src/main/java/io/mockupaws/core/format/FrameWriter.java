package io.mockupaws.core.format;

import com.github.luben.zstd.ZstdCompressCtx;
import io.mockupaws.core.crypto.ObjectSeal;
import io.mockupaws.core.crypto.Sealing;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * Makes one sealed object: the header, frames, the last frame with the trailer, the footer. Used by
 * one thread. Each method returns the bytes to append to the object; they stay valid until the next
 * call.
 */
public final class FrameWriter implements AutoCloseable {
  /**
   * Bytes of content a frame: small enough to read one page at random, large enough to compress.
   */
  public static final int FRAME_SIZE = 256 * 1024;

  /** The level that keeps up with disks and networks. */
  public static final int ZSTD_LEVEL = 1;

  static final int FOOTER_BYTES = 16;
  static final int FOOTER_MAGIC = 0x4D41_5745;

  private final ObjectHeader header;
  private final ObjectSeal seal;
  private final byte[] associated;
  private final ZstdCompressCtx zstd = new ZstdCompressCtx();
  private ByteBuffer compressed = ByteBuffer.allocateDirect(FRAME_SIZE);
  private ByteBuffer frame = ByteBuffer.allocate(0);
  private int number;
  private long length = ObjectHeader.BYTES;

  /** Begins an object under a fresh salt. */
  public FrameWriter(Sealing sealing, ObjectKey key, ObjectKind kind, SecureRandom random) {
    byte[] salt = new byte[ObjectHeader.SALT_BYTES];
    random.nextBytes(salt);
    this.header = ObjectHeader.create(kind, sealing.algorithm(), FRAME_SIZE, salt);
    this.seal = sealing.forObject(salt, key.value());
    this.associated = header.associated(key);
    zstd.setLevel(ZSTD_LEVEL);
  }

  /** The object's first bytes. */
  public ByteBuffer header() {
    return ByteBuffer.wrap(header.bytes());
  }

  /** The number the next frame gets. */
  public int nextFrame() {
    return number;
  }

  /** Bytes of the object so far. */
  public long length() {
    return length;
  }

  /**
   * Compresses and seals a frame.
   *
   * @param plain at most {@link #FRAME_SIZE} bytes, from position to limit; left as it was
   */
  public ByteBuffer frame(ByteBuffer plain) {
    if (plain.remaining() > FRAME_SIZE) {
      throw new IllegalArgumentException("a frame holds at most " + FRAME_SIZE + " bytes");
    }
    return encode(plain, false);
  }

  /**
   * The last frame and the footer, after which nothing may follow.
   *
   * @param trailer what a reader of the whole learns at the end; may be empty
   */
  public ByteBuffer finish(byte[] trailer) {
    long offset = length;
    ByteBuffer last = encode(ByteBuffer.wrap(trailer), true);
    ByteBuffer all = ByteBuffer.allocate(last.remaining() + FOOTER_BYTES);
    all.put(last).putLong(offset).putInt((int) (length - offset)).putInt(FOOTER_MAGIC);
    length += FOOTER_BYTES;
    return all.flip();
  }

  private ByteBuffer encode(ByteBuffer plain, boolean last) {
    int plainLength = plain.remaining();
    ByteBuffer content = compress(plain);
    boolean smaller = content.remaining() < plainLength;
    ByteBuffer payload = smaller ? content : plain.duplicate();
    int sealedLength = payload.remaining() + ObjectSeal.TAG_BYTES;
    FrameHeader frameHeader =
        new FrameHeader(
            number,
            plainLength,
            sealedLength,
            smaller ? FrameHeader.Codec.ZSTD : FrameHeader.Codec.STORED,
            last);
    if (frame.capacity() < FrameHeader.BYTES + sealedLength) {
      frame = ByteBuffer.allocate(FrameHeader.BYTES + sealedLength + sealedLength / 4);
    }
    frame.clear();
    frameHeader.write(frame);
    System.arraycopy(
        frame.array(), 0, associated, associated.length - FrameHeader.BYTES, FrameHeader.BYTES);
    seal.seal(number, associated, payload, frame);
    number++;
    frame.flip();
    length += frame.remaining();
    return frame.asReadOnlyBuffer();
  }

  private ByteBuffer compress(ByteBuffer plain) {
    int bound = (int) com.github.luben.zstd.Zstd.compressBound(plain.remaining());
    if (compressed.capacity() < bound) {
      compressed = ByteBuffer.allocateDirect(bound);
    }
    compressed.clear();
    ByteBuffer source = direct(plain);
    zstd.compress(compressed, source);
    return compressed.flip();
  }

  private ByteBuffer staged = ByteBuffer.allocateDirect(0);

  /** The compressor takes direct buffers only; what is none is copied. */
  private ByteBuffer direct(ByteBuffer plain) {
    if (plain.isDirect()) {
      return plain.duplicate();
    }
    if (staged.capacity() < plain.remaining()) {
      staged = ByteBuffer.allocateDirect(Math.max(FRAME_SIZE, plain.remaining()));
    }
    staged.clear();
    staged.put(plain.duplicate());
    return staged.flip();
  }

  @Override
  public void close() {
    seal.close();
    zstd.close();
  }
}
