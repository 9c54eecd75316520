package io.mockupaws.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.engine.backup.BinaryRowsTest.Row;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What {@code pg_read_binary_file} gives of files that go, or become shorter, while it reads. */
class SqlReaderTest {
  private static final int ROW = FileQuery.ROW_BYTES;

  private static byte[] bytes(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static int[] take(ByteBuffer into, List<Piece> pieces, Row... rows) throws SQLException {
    byte[] stream = BinaryRowsTest.stream(List.of(rows), true);
    return SqlReader.take(
        new BinaryRows(new BinaryRowsTest.Messages(stream, new Random(7))), pieces, into);
  }

  @Test
  void aFileThatIsNotThereIsMissingAndItsNeighboursAreNot() throws SQLException {
    ByteBuffer into = ByteBuffer.allocate(100);
    List<Piece> pieces =
        List.of(new Piece("base/5/1", 0, 10), new Piece("gone", 0, 10), new Piece("empty", 0, 10));
    int[] got =
        take(into, pieces, new Row(0, bytes(10, 1)), new Row(1, null), new Row(2, new byte[0]));
    assertThat(got).containsExactly(10, FileReader.MISSING, 0);
    assertThat(Arrays.copyOf(into.array(), into.position())).isEqualTo(bytes(10, 1));
  }

  /** What was read of it before it went is none of the next file's bytes. */
  @Test
  void aFileThatGoesBetweenTwoRowsIsMissingWhole() throws SQLException {
    ByteBuffer into = ByteBuffer.allocate(4 * ROW);
    List<Piece> pieces = List.of(new Piece("goes", 0, 3 * ROW), new Piece("stays", 0, 5));
    int[] got =
        take(
            into,
            pieces,
            new Row(0, bytes(ROW, 1)),
            new Row(0, null),
            new Row(0, bytes(ROW, 2)),
            new Row(1, bytes(5, 3)));
    assertThat(got).containsExactly(FileReader.MISSING, 5);
    assertThat(Arrays.copyOf(into.array(), into.position())).isEqualTo(bytes(5, 3));
  }

  /** It was cut off and grew again: what came later lies behind a gap. */
  @Test
  void behindAShortRowAFileEnds() throws SQLException {
    ByteBuffer into = ByteBuffer.allocate(4 * ROW);
    List<Piece> pieces = List.of(new Piece("cut", 0, 3 * ROW), new Piece("next", 0, 5));
    int[] got =
        take(
            into,
            pieces,
            new Row(0, bytes(100, 1)),
            new Row(0, bytes(ROW, 2)),
            new Row(0, bytes(ROW, 2)),
            new Row(1, bytes(5, 3)));
    assertThat(got).containsExactly(100, 5);
    assertThat(into.position()).isEqualTo(105);
  }
}
