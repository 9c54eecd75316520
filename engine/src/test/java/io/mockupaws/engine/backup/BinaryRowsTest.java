package io.mockupaws.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postgresql.copy.CopyOut;

class BinaryRowsTest {
  /** A stream in messages of any length. */
  static final class Messages implements CopyOut {
    private final Deque<byte[]> messages = new ArrayDeque<>();

    Messages(byte[] stream, Random random) {
      for (int at = 0; at < stream.length; ) {
        int length = Math.min(stream.length - at, random.nextInt(20));
        messages.add(Arrays.copyOfRange(stream, at, at + length));
        at += length;
      }
    }

    @Override
    public byte @Nullable [] readFromCopy() {
      return messages.poll();
    }

    @Override
    public byte @Nullable [] readFromCopy(boolean block) {
      return messages.poll();
    }

    @Override
    public int getFieldCount() {
      return 2;
    }

    @Override
    public int getFormat() {
      return 1;
    }

    @Override
    public int getFieldFormat(int field) {
      return 1;
    }

    @Override
    public boolean isActive() {
      return !messages.isEmpty();
    }

    @Override
    public void cancelCopy() {}

    @Override
    public long getHandledRowCount() {
      return -1;
    }
  }

  record Row(int number, byte @Nullable [] content) {}

  static byte[] stream(List<Row> rows, boolean ended) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.write("PGCOPY\n".getBytes(StandardCharsets.US_ASCII));
      out.write(new byte[] {(byte) 0xFF, '\r', '\n', 0});
      out.writeInt(0);
      out.writeInt(3);
      out.write(new byte[3]);
      for (Row row : rows) {
        out.writeShort(2);
        out.writeInt(4);
        out.writeInt(row.number());
        byte[] content = row.content();
        out.writeInt(content == null ? -1 : content.length);
        if (content != null) {
          out.write(content);
        }
      }
      if (ended) {
        out.writeShort(-1);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @Property(tries = 300)
  void readsRowsWhateverTheMessages(@ForAll long seed) throws SQLException {
    Random random = new Random(seed);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < random.nextInt(8); i++) {
      byte[] content = new byte[random.nextInt(100)];
      random.nextBytes(content);
      rows.add(new Row(i / 2, random.nextInt(5) == 0 ? null : content));
    }
    BinaryRows read = new BinaryRows(new Messages(stream(rows, true), random));
    for (Row row : rows) {
      assertThat(read.next()).isEqualTo(row.number());
      byte[] content = row.content();
      assertThat(read.length()).isEqualTo(content == null ? BinaryRows.NULL : content.length);
      if (content == null || random.nextBoolean()) {
        read.drop();
      } else {
        ByteBuffer into = ByteBuffer.allocate(200).position(17);
        read.take(into);
        assertThat(Arrays.copyOfRange(into.array(), 17, into.position())).isEqualTo(content);
      }
    }
    assertThat(read.next()).isNegative();
  }

  @Test
  void refusesAStreamThatBreaksOff() throws SQLException {
    byte[] cut = stream(List.of(new Row(0, new byte[50])), false);
    BinaryRows rows = new BinaryRows(new Messages(cut, new Random(1)));
    rows.next();
    rows.drop();
    assertThatThrownBy(rows::next).isInstanceOf(SQLException.class).hasMessageContaining("early");
  }

  @Test
  void refusesAnotherFormat() {
    assertThatThrownBy(() -> new BinaryRows(new Messages(new byte[40], new Random(1))))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("signature");
  }

  @Test
  void refusesRowsOutOfOrder() throws SQLException {
    byte[] swapped = stream(List.of(new Row(1, null), new Row(0, null)), true);
    BinaryRows rows = new BinaryRows(new Messages(swapped, new Random(1)));
    rows.next();
    assertThatThrownBy(rows::next).isInstanceOf(SQLException.class).hasMessageContaining("order");
  }
}
