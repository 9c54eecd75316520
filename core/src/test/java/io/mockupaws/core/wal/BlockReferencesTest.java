package io.mockupaws.core.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Relation;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.wal.PageImage.Compression;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class BlockReferencesTest {
  private static final int SEGMENT = 1 << 20;

  private final ByteBuffer body = ByteBuffer.allocate(20_000).order(ByteOrder.LITTLE_ENDIAN);

  private void read(Consumer<WalRecord> check) {
    WalBuilder wal = new WalBuilder(SEGMENT, SEGMENT);
    wal.record(10, 0, 1, Arrays.copyOf(body.array(), body.position()));
    List<Long> seen = new ArrayList<>();
    WalSink sink =
        record -> {
          check.accept(record);
          seen.add(record.start().value());
        };
    new WalWalk(SEGMENT, new Timeline(1), new Lsn(SEGMENT), sink)
        .feed(ByteBuffer.wrap(wal.bytes()));
    assertThat(seen).hasSize(1);
  }

  private ByteBuffer block(int id, int flags, int data) {
    return body.put((byte) id).put((byte) flags).putShort((short) data);
  }

  private ByteBuffer relation(int tablespace, int database, int number) {
    return body.putInt(tablespace).putInt(database).putInt(number);
  }

  @Test
  void readsBlocksImagesAndTheDataBehindThem() {
    block(0, 0x30, 7).putShort((short) 100).putShort((short) 40).put((byte) 0x03);
    relation(1663, 5, 16384).putInt(42);
    block(1, 0x11 | 0x40, 0).putShort((short) 90).putShort((short) 40).put((byte) (0x01 | 0x04));
    body.putShort((short) 8000);
    relation(-1, 0, -2).putInt(-3);
    block(3, 0x80 | 0x20 | 0x02, 4).putInt(43);
    body.put((byte) 253).putShort((short) 1);
    body.put((byte) 252).putInt(700);
    body.put((byte) 255).put((byte) 3);
    body.put(filled(100, 'a')).put(filled(7, 'b')).put(filled(90, 'c')).put(filled(4, 'd'));
    body.put(new byte[] {1, 2, 3});

    read(
        record -> {
          BlockReferences blocks = record.blocks();
          assertThat(blocks.count()).isEqualTo(3);
          assertThat(blocks.id(0)).isZero();
          assertThat(blocks.relation(0)).isEqualTo(new Relation(1663, 5, 16384));
          assertThat(blocks.fork(0)).isZero();
          assertThat(blocks.block(0)).isEqualTo(42);
          assertThat(blocks.hasImage(0)).isTrue();
          assertThat(blocks.willInitialise(0)).isFalse();
          assertThat(blocks.relation(1)).hasToString("4294967295/0/4294967294");
          assertThat(blocks.fork(1)).isEqualTo(1);
          assertThat(blocks.block(1)).isEqualTo(4294967293L);
          assertThat(blocks.willInitialise(1)).isTrue();
          assertThat(blocks.id(2)).isEqualTo(3);
          assertThat(blocks.relation(2)).isEqualTo(new Relation(-1, 0, -2));
          assertThat(blocks.fork(2)).isEqualTo(2);
          assertThat(blocks.hasImage(2)).isFalse();
          assertThat(blocks.image(0)).contains(new PageImage(100, 40, 0, true, Optional.empty()));
          assertThat(blocks.image(0).orElseThrow().hole(8192)).isEqualTo(8092);
          assertThat(blocks.image(1))
              .contains(new PageImage(90, 40, 8000, false, Optional.of(Compression.PGLZ)));
          assertThat(blocks.image(1).orElseThrow().hole(8192)).isEqualTo(8000);
          assertThat(blocks.image(2)).isEmpty();
          assertThat(blocks.imageBytes(0)).isEqualTo(ByteBuffer.wrap(filled(100, 'a')));
          assertThat(blocks.data(0)).isEqualTo(ByteBuffer.wrap(filled(7, 'b')));
          assertThat(blocks.imageBytes(1)).isEqualTo(ByteBuffer.wrap(filled(90, 'c')));
          assertThat(blocks.data(1).remaining()).isZero();
          assertThat(blocks.imageBytes(2).remaining()).isZero();
          assertThat(blocks.data(2)).isEqualTo(ByteBuffer.wrap(filled(4, 'd')));
          assertThat(record.dataLength()).isEqualTo(3);
          assertThat(record.data()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
          assertThat(record.hasAllData()).isTrue();
          assertThatThrownBy(() -> blocks.block(3)).isInstanceOf(IndexOutOfBoundsException.class);
        });
  }

  private static byte[] filled(int length, char content) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) content);
    return bytes;
  }

  @Test
  void knowsEveryCompressionOfAnImage() {
    for (Compression compression : Compression.values()) {
      body.clear();
      block(0, 0x10, 0).putShort((short) 9).putShort((short) 0);
      body.put((byte) (0x02 | 0x04 << compression.ordinal()));
      relation(1, 2, 3).putInt(4).put(new byte[9]);
      read(
          record ->
              assertThat(record.blocks().image(0))
                  .contains(new PageImage(9, 0, 0, true, Optional.of(compression))));
    }
  }

  @Test
  void readsARecordWithoutMainData() {
    block(0, 0, 0);
    relation(1, 2, 3).putInt(4);
    read(
        record -> {
          assertThat(record.blocks().count()).isEqualTo(1);
          assertThat(record.dataLength()).isZero();
          assertThat(record.data().remaining()).isZero();
        });
  }

  @Test
  void refusesContradictions() {
    refused("names no relation", () -> block(0, 0x80, 0).putInt(4));
    refused("flag disagree", () -> relationBlock(0, 0x20, 0));
    refused("flag disagree", () -> relationBlock(0, 0x00, 5).put(new byte[5]));
    refused(
        "out of order",
        () -> {
          relationBlock(1, 0, 0);
          relationBlock(1, 0, 0);
        });
    refused("number 77", () -> body.put((byte) 77).put(new byte[9]));
    refused("do not add up", () -> body.put((byte) 255).put((byte) 9).put(new byte[8]));
    refused("do not add up", () -> body.put((byte) 255).put((byte) 9).put(new byte[10]));
    refused("longer than", () -> body.put((byte) 254).putInt(-1).put(new byte[10]));
    refused("flags c", () -> imageBlock(9, 0, 0x0C));
    refused("flags 20", () -> imageBlock(9, 0, 0x20));
    refused("hole disagree", () -> imageBlock(0, 0, 0));
    refused("hole disagree", () -> imageBlock(9, 40, 0));
    refused("hole disagree", () -> imageBlock(9, 0, 1));
    refused("ends inside", () -> body.put((byte) 0).put((byte) 0));
  }

  private ByteBuffer relationBlock(int id, int flags, int data) {
    block(id, flags, data);
    return relation(1, 2, 3).putInt(4);
  }

  private void imageBlock(int length, int holeOffset, int flags) {
    block(0, 0x10, 0).putShort((short) length).putShort((short) holeOffset).put((byte) flags);
    relation(1, 2, 3).putInt(4).put(new byte[length]);
  }

  private void refused(String why, Runnable content) {
    body.clear();
    content.run();
    read(
        record ->
            assertThatThrownBy(record::blocks)
                .isInstanceOfSatisfying(
                    Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.WAL_DAMAGED))
                .hasMessageContaining(why)
                .hasMessageContaining("0/100028"));
  }

  /** A record with a right checksum and any content gives blocks or a failure, nothing else. */
  @Property(tries = 2000)
  void anyContentHasAnAnswer(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] content = new byte[random.nextInt(120)];
    random.nextBytes(content);
    for (int i = 0; i < content.length; i++) {
      content[i] = random.nextInt(3) == 0 ? content[i] : (byte) random.nextInt(4);
    }
    body.clear();
    body.put(content);
    read(
        record -> {
          try {
            assertThat(record.blocks().count()).isBetween(0, 33);
            assertThat(record.data().remaining()).isEqualTo(record.dataLength());
            for (int i = 0; i < record.blocks().count(); i++) {
              int image = record.blocks().image(i).map(PageImage::length).orElse(0);
              assertThat(record.blocks().imageBytes(i).remaining()).isEqualTo(image);
              assertThat(record.blocks().data(i).remaining()).isNotNegative();
            }
            WalEvent.of(record);
          } catch (Failure e) {
            assertThat(e.code()).isEqualTo(ErrorCode.WAL_DAMAGED);
          }
        });
  }
}
