package io.mockupaws.core.format;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.mockupaws.core.crypto.ObjectSeal;
import io.mockupaws.core.crypto.Sealing;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.nio.ByteBuffer;

/**
 * Opens the frames of one sealed object, by one thread. Nothing is returned that is not proven
 * authentic: by key, object name, kind, frame number and the mark on the last one.
 */
public final class FrameReader implements AutoCloseable {
  /** Bytes before the first frame. */
  public static final int HEADER_BYTES = ObjectHeader.BYTES;

  /** Bytes of a frame before its sealed content. */
  public static final int FRAME_HEADER_BYTES = FrameHeader.BYTES;

  /** Bytes behind the last frame. */
  public static final int FOOTER_BYTES = FrameWriter.FOOTER_BYTES;

  private final ObjectKey key;
  private final ObjectSeal seal;
  private final byte[] associated;
  private final int frameSize;
  private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();
  private ByteBuffer opened = ByteBuffer.allocateDirect(0);
  private ByteBuffer plain = ByteBuffer.allocateDirect(0);

  /**
   * Begins to read an object.
   *
   * @param headerBytes its first {@link #HEADER_BYTES} bytes
   * @throws Failure DAMAGED_OBJECT, UNKNOWN_FORMAT
   */
  public FrameReader(Sealing sealing, ObjectKey key, ObjectKind kind, byte[] headerBytes) {
    this.key = key;
    ObjectHeader header =
        ObjectHeader.parse(headerBytes)
            .orElseThrow(() -> damaged(key, "its first bytes are not ours"));
    if (header.version() != ObjectHeader.VERSION) {
      throw new Failure(
          ErrorCode.UNKNOWN_FORMAT,
          "the object " + key + " has format version " + header.version(),
          "use a release of mockupaws that knows this version");
    }
    if (header.kind() != kind.number()
        || header.algorithm() != sealing.algorithm()
        || header.frameSize() < 0
        || header.frameSize() > ObjectHeader.MAX_FRAME) {
      throw damaged(key, "its header does not fit");
    }
    this.frameSize = header.frameSize();
    this.seal = sealing.forObject(header.salt(), key.value());
    this.associated = header.associated(key);
  }

  /**
   * Reads where a frame ends from its first bytes.
   *
   * @param frameHeader {@link #FRAME_HEADER_BYTES} bytes
   * @return bytes of the sealed content that follow
   */
  public int sealedLength(ByteBuffer frameHeader) {
    return header(frameHeader.duplicate()).sealedLength();
  }

  /**
   * Opens a frame.
   *
   * @param expectedNumber the number it must have
   * @param frame header and sealed content, from position to limit; left as it was
   * @return its content, valid until the next call
   * @throws Failure DAMAGED_OBJECT
   */
  public Frame open(int expectedNumber, ByteBuffer frame) {
    ByteBuffer in = frame.duplicate();
    if (in.remaining() < FrameHeader.BYTES) {
      throw damaged(key, "it is cut off in frame " + expectedNumber);
    }
    in.get(in.position(), associated, associated.length - FrameHeader.BYTES, FrameHeader.BYTES);
    FrameHeader header = header(in);
    if (header.number() != expectedNumber
        || header.sealedLength() != in.remaining()
        || (!header.last() && header.plainLength() > frameSize)) {
      throw damaged(key, "frame " + expectedNumber + " is not where it belongs");
    }
    opened = room(opened, header.sealedLength());
    if (!seal.open(expectedNumber, associated, in, opened)) {
      throw damaged(key, "frame " + expectedNumber + " fails authentication");
    }
    opened.flip();
    return new Frame(header.last(), content(header));
  }

  /**
   * What a frame holds.
   *
   * @param last whether it is the last one: its content is the trailer
   */
  public record Frame(boolean last, ByteBuffer content) {}

  private ByteBuffer content(FrameHeader header) {
    return switch (header.codec()) {
      case STORED -> {
        if (opened.remaining() != header.plainLength()) {
          throw damaged(key, "frame " + header.number() + " has another length");
        }
        yield opened.asReadOnlyBuffer();
      }
      case ZSTD -> {
        plain = room(plain, header.plainLength());
        try {
          zstd.decompress(plain, opened);
        } catch (ZstdException e) {
          throw damaged(key, "frame " + header.number() + " does not decompress");
        }
        if (plain.flip().remaining() != header.plainLength()) {
          throw damaged(key, "frame " + header.number() + " has another length");
        }
        yield plain.asReadOnlyBuffer();
      }
    };
  }

  private FrameHeader header(ByteBuffer in) {
    try {
      return FrameHeader.read(in);
    } catch (IllegalArgumentException e) {
      throw damaged(key, "a frame's header is none");
    }
  }

  private static ByteBuffer room(ByteBuffer buffer, int bytes) {
    if (buffer.capacity() < bytes) {
      return ByteBuffer.allocateDirect(bytes);
    }
    return buffer.clear();
  }

  /** The failure that says which object is damaged and how. */
  public static Failure damaged(ObjectKey key, String how) {
    return new Failure(
        ErrorCode.DAMAGED_OBJECT,
        "the object " + key + " is damaged: " + how,
        "restore it from another copy of the repository, or use another backup; the key is right");
  }

  @Override
  public void close() {
    seal.close();
    zstd.close();
  }
}
