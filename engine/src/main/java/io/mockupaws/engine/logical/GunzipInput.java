package io.mockupaws.engine.logical;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A gzip file of any number of members, read to its very end, each member's length and checksum
 * compared. The JDK's own reader takes a pause of its source for the end of the file.
 */
class GunzipInput extends InputStream {
  private static final int BUFFER = 256 * 1024;
  private static final int FIXED_HEADER = 10;
  private static final int FLAG_CRC = 2;
  private static final int FLAG_EXTRA = 4;
  private static final int FLAG_NAME = 8;
  private static final int FLAG_COMMENT = 16;

  private final DumpBytes bytes;
  private final InputStream in;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private final byte[] buffer = new byte[BUFFER];
  private int from;
  private int to;
  private boolean inMember;
  private boolean any;

  GunzipInput(DumpBytes bytes, InputStream in) {
    this.bytes = bytes;
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] out, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (true) {
      if (!inMember && !begin()) {
        return -1;
      }
      int count = inflate(out, offset, length);
      if (count > 0) {
        crc.update(out, offset, count);
        return count;
      }
      if (inflater.finished()) {
        end();
      } else if (!refill()) {
        throw PieceInput.damaged(bytes, "its compressed content is cut off");
      }
    }
  }

  private int inflate(byte[] out, int offset, int length) {
    try {
      if (inflater.needsInput()) {
        inflater.setInput(buffer, from, to - from);
      }
      int count = inflater.inflate(out, offset, length);
      from = to - inflater.getRemaining();
      if (inflater.needsDictionary()) {
        throw PieceInput.damaged(bytes, "its compressed content needs a dictionary");
      }
      return count;
    } catch (DataFormatException e) {
      throw PieceInput.damaged(bytes, "its content is not compressed as gzip does it");
    }
  }

  /** Begins a member; false at the end of the file. */
  private boolean begin() throws IOException {
    if (from == to && !refill()) {
      if (!any) {
        throw PieceInput.damaged(bytes, "it has no content");
      }
      return false;
    }
    byte[] head = bytes(FIXED_HEADER);
    if ((head[0] & 0xff) != 0x1f || (head[1] & 0xff) != 0x8b || head[2] != 8) {
      throw PieceInput.damaged(
          bytes,
          any
              ? "bytes follow its end that are no gzip"
              : "what it decrypts to is no gzip: the key is another one, or it is damaged");
    }
    int flags = head[3];
    if ((flags & FLAG_EXTRA) != 0) {
      byte[] length = bytes(2);
      bytes((length[0] & 0xff) | (length[1] & 0xff) << 8);
    }
    if ((flags & FLAG_NAME) != 0) {
      skipText();
    }
    if ((flags & FLAG_COMMENT) != 0) {
      skipText();
    }
    if ((flags & FLAG_CRC) != 0) {
      bytes(2);
    }
    inflater.reset();
    inflater.setInput(buffer, from, to - from);
    crc.reset();
    inMember = true;
    any = true;
    return true;
  }

  private void end() throws IOException {
    ByteBuffer trailer = ByteBuffer.wrap(bytes(8)).order(ByteOrder.LITTLE_ENDIAN);
    if (trailer.getInt() != (int) crc.getValue()
        || trailer.getInt() != (int) inflater.getBytesWritten()) {
      throw PieceInput.damaged(bytes, "the checksum of its content does not fit");
    }
    inMember = false;
  }

  private void skipText() throws IOException {
    while (bytes(1)[0] != 0) {
      // up to the NUL
    }
  }

  private byte[] bytes(int count) throws IOException {
    byte[] found = new byte[count];
    for (int at = 0; at < count; ) {
      if (from == to && !refill()) {
        throw PieceInput.damaged(bytes, "its compressed content is cut off");
      }
      int some = Math.min(count - at, to - from);
      System.arraycopy(buffer, from, found, at, some);
      from += some;
      at += some;
    }
    return found;
  }

  private boolean refill() throws IOException {
    int count = in.read(buffer);
    from = 0;
    to = Math.max(0, count);
    return count > 0;
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    in.close();
  }
}
