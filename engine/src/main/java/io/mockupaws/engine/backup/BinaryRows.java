package io.mockupaws.engine.backup;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import org.postgresql.copy.CopyOut;

/**
 * The rows of {@link FileQuery#read} in COPY's binary format (PostgreSQL, documentation, "COPY",
 * "Binary Format"). The server sends a row a message; a row that came in several would be read as
 * well.
 */
final class BinaryRows {
  private static final byte[] SIGNATURE =
      "PGCOPY\n\377\r\n\0".getBytes(StandardCharsets.ISO_8859_1);
  private static final int END = -1;

  /** The length of a field that is NULL. */
  static final int NULL = -1;

  private final CopyOut copy;
  private ByteBuffer message = ByteBuffer.allocate(0);
  private int number;
  private int length;

  /** Begins to read; the header must be right. */
  BinaryRows(CopyOut copy) throws SQLException {
    this.copy = copy;
    byte[] signature = new byte[SIGNATURE.length];
    get(signature);
    if (!Arrays.equals(signature, SIGNATURE)) {
      throw malformed("its signature is another");
    }
    getInt();
    skip(getInt());
  }

  /**
   * Goes to the next row. What the last one's second field had must have been taken.
   *
   * @return the number in its first field; negative behind the last row
   */
  int next() throws SQLException {
    int fields = (short) (getByte() << 8 | getByte());
    if (fields == END) {
      finish();
      return END;
    }
    if (fields != 2 || getInt() != Integer.BYTES) {
      throw malformed("a row has other fields");
    }
    int before = number;
    number = getInt();
    length = getInt();
    if (number < before) {
      throw malformed("its rows are out of order");
    }
    return number;
  }

  /** Bytes of the second field, or {@link #NULL}. */
  int length() {
    return length;
  }

  /** Takes the second field. */
  void take(ByteBuffer into) throws SQLException {
    int missing = length;
    while (missing > 0) {
      fill();
      int count = Math.min(missing, message.remaining());
      into.put(into.position(), message, message.position(), count);
      into.position(into.position() + count);
      message.position(message.position() + count);
      missing -= count;
    }
  }

  /** Passes over the second field. */
  void drop() throws SQLException {
    skip(Math.max(0, length));
  }

  private void finish() throws SQLException {
    if (message.hasRemaining() || copy.readFromCopy() != null) {
      throw malformed("something follows its end");
    }
  }

  private void skip(int bytes) throws SQLException {
    int missing = bytes;
    while (missing > 0) {
      fill();
      int count = Math.min(missing, message.remaining());
      message.position(message.position() + count);
      missing -= count;
    }
  }

  private void get(byte[] into) throws SQLException {
    for (int i = 0; i < into.length; i++) {
      into[i] = (byte) getByte();
    }
  }

  private int getInt() throws SQLException {
    if (message.remaining() >= Integer.BYTES) {
      return message.getInt();
    }
    return getByte() << 24 | getByte() << 16 | getByte() << 8 | getByte();
  }

  private int getByte() throws SQLException {
    fill();
    return message.get() & 0xFF;
  }

  private void fill() throws SQLException {
    while (!message.hasRemaining()) {
      byte[] next = copy.readFromCopy();
      if (next == null) {
        throw malformed("it ends too early");
      }
      message = ByteBuffer.wrap(next);
    }
  }

  private static SQLException malformed(String why) {
    return new SQLException("the answer to COPY cannot be read: " + why, "08P01");
  }
}
