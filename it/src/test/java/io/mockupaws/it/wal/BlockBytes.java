package io.mockupaws.it.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.wal.BlockReferences;
import io.mockupaws.core.wal.PageImage;
import io.mockupaws.core.wal.WalRecord;
import io.mockupaws.demo.postgres.Sql;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What a record says of one block: the bytes themselves, by their digests.
 *
 * @param page of the page that an image which is not compressed makes, its hole filled with zeros
 */
record BlockBytes(Lsn record, int id, int dataLength, String data, int imageLength, String page) {
  private static final int BLOCK_SIZE = 8192;

  private static final String NONE = "";

  static void of(WalRecord record, List<BlockBytes> into) {
    BlockReferences blocks = record.blocks();
    for (int i = 0; i < blocks.count(); i++) {
      ByteBuffer data = blocks.data(i);
      ByteBuffer image = blocks.imageBytes(i);
      assertThat(image.remaining()).isEqualTo(blocks.image(i).map(PageImage::length).orElse(0));
      into.add(
          new BlockBytes(
              record.start(),
              blocks.id(i),
              data.remaining(),
              digest(data),
              image.remaining(),
              blocks.image(i).map(kind -> digest(page(kind, image))).orElse(NONE)));
    }
  }

  private static ByteBuffer page(PageImage kind, ByteBuffer image) {
    if (kind.compression().isPresent()) {
      return ByteBuffer.allocate(0);
    }
    ByteBuffer page = ByteBuffer.allocate(BLOCK_SIZE);
    page.put(0, image, 0, kind.holeOffset());
    int behind = kind.holeOffset() + kind.hole(BLOCK_SIZE);
    page.put(behind, image, kind.holeOffset(), BLOCK_SIZE - behind);
    return page;
  }

  private static String digest(ByteBuffer bytes) {
    if (!bytes.hasRemaining()) {
      return NONE;
    }
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes.duplicate());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What the server says, from 16 on. */
  static List<BlockBytes> inspect(Sql sql, Lsn from, Lsn to) throws SQLException {
    List<BlockBytes> rows = new ArrayList<>();
    String query =
        "SELECT start_lsn, block_id, block_data_length, encode(sha256(block_data), 'hex'),"
            + " block_fpi_length, CASE WHEN array_to_string(block_fpi_info, ' ') LIKE"
            + " '%%COMPRESS%%' THEN '' ELSE encode(sha256(block_fpi_data), 'hex') END"
            + " FROM pg_get_wal_block_info('%s', '%s')".formatted(from, to);
    try (Statement statement = sql.connection().createStatement();
        ResultSet results = statement.executeQuery(query)) {
      while (results.next()) {
        int data = results.getInt(3);
        int image = results.getInt(5);
        rows.add(
            new BlockBytes(
                Lsn.parse(results.getString(1)),
                results.getInt(2),
                data,
                data == 0 ? NONE : results.getString(4),
                image,
                image == 0 ? NONE : results.getString(6)));
      }
    }
    return rows;
  }

  static void assertSame(List<BlockBytes> ours, List<BlockBytes> theirs) {
    for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
      assertThat(ours.get(i)).as("block %d", i).isEqualTo(theirs.get(i));
    }
    assertThat(ours).hasSameSizeAs(theirs);
  }
}
