package io.mockupaws.core.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Records as their own code writes them, and what they change. */
class WalChangesTest {
  private static final int SEGMENT = 1 << 20;
  private static final int HEAP_BLOCKS_A_MAP_BLOCK = 32672;

  private final ByteBuffer body = ByteBuffer.allocate(2000).order(ByteOrder.LITTLE_ENDIAN);

  /** What the record in the body tells, and forgets it. */
  private List<String> told(int rmgr, int info) {
    WalBuilder wal = new WalBuilder(SEGMENT, SEGMENT);
    wal.record(rmgr, info, 700, Arrays.copyOf(body.array(), body.position()));
    body.clear();
    List<String> told = new ArrayList<>();
    ChangeSink sink =
        new ChangeSink() {
          @Override
          public void block(int tablespace, int database, int relation, int fork, int block) {
            told.add("block %d/%d/%d %d %d".formatted(tablespace, database, relation, fork, block));
          }

          @Override
          public void from(int tablespace, int database, int relation, int fork, int limit) {
            told.add("from %d/%d/%d %d %d".formatted(tablespace, database, relation, fork, limit));
          }

          @Override
          public void database(int tablespace, int database) {
            told.add("database %d/%d".formatted(tablespace, database));
          }

          @Override
          public void everything(String why) {
            told.add("everything: " + why);
          }
        };
    new WalWalk(SEGMENT, new Timeline(1), new Lsn(SEGMENT), new WalChanges(sink, 8192))
        .feed(ByteBuffer.wrap(wal.bytes()));
    return told;
  }

  private void block(int id, int fork, int block) {
    body.put((byte) id).put((byte) fork).putShort((short) 0);
    body.putInt(1663).putInt(5).putInt(16384).putInt(block);
  }

  private ByteBuffer main(int length) {
    return body.put((byte) 255).put((byte) length);
  }

  /** A record of a heap with its flags at a place in its data. */
  private List<String> heap(int rmgr, int info, int at, int length, int flags, int... blocks) {
    for (int i = 0; i < blocks.length; i++) {
      block(i, 0, blocks[i]);
    }
    int start = main(length).position();
    body.put(new byte[length]).put(start + at, (byte) flags);
    return told(rmgr, info);
  }

  @Test
  void everyReferenceButTheFreeSpaceMapsIsAChange() {
    block(0, 0, 7);
    block(1, 1, 8);
    block(2, 2, 9);
    block(3, 3, -2);
    assertThat(told(ResourceManager.HEAP2, 0x40))
        .containsExactly(
            "block 1663/5/16384 0 7", "block 1663/5/16384 2 9", "block 1663/5/16384 3 -2");
  }

  @Test
  void aHeapsChangesClearBitsOfItsMap() {
    int far = 2 * HEAP_BLOCKS_A_MAP_BLOCK;
    String heap = "block 1663/5/16384 0 " + far;
    String map = "block 1663/5/16384 2 2";
    assertThat(heap(10, 0x00, 2, 3, 1, far)).containsExactly(heap, map);
    assertThat(heap(10, 0x80, 2, 3, 1, far)).containsExactly(heap, map);
    assertThat(heap(10, 0x00, 2, 3, 0xFE, far)).containsExactly(heap);
    assertThat(heap(10, 0x10, 7, 8, 1, far)).containsExactly(heap, map);
    assertThat(heap(10, 0x60, 7, 8, 1, far)).containsExactly(heap, map);
    assertThat(heap(9, 0x50, 0, 4, 1, far)).containsExactly(heap, map);
    assertThat(heap(9, 0x60, 7, 8, 1, far)).containsExactly(heap, map);
    assertThat(heap(9, 0x10, 0, 8, 0xFF, far)).containsExactly(heap);
    assertThat(heap(10, 0x10, 7, 8, 1, HEAP_BLOCKS_A_MAP_BLOCK - 1))
        .endsWith("block 1663/5/16384 2 0");
  }

  @Test
  void anUpdateClearsBitsOfTheOldBlockAndOfTheNewOne() {
    int far = HEAP_BLOCKS_A_MAP_BLOCK;
    for (int info : new int[] {0x20, 0x40}) {
      assertThat(heap(10, info, 7, 14, 1, 3, far)).endsWith("block 1663/5/16384 2 1").hasSize(3);
      assertThat(heap(10, info, 7, 14, 2, 3, far)).endsWith("block 1663/5/16384 2 0").hasSize(3);
      assertThat(heap(10, info, 7, 14, 3, 3, far)).hasSize(4);
      assertThat(heap(10, info, 7, 14, 1, far)).endsWith("block 1663/5/16384 2 1").hasSize(2);
      assertThat(heap(10, info, 7, 14, 0xFC, 3, far)).hasSize(2);
    }
  }

  @Test
  void aTruncationTakesTheMapsLastBlockAlong() {
    main(20).putInt(HEAP_BLOCKS_A_MAP_BLOCK + 1).putInt(1663).putInt(5).putInt(9).putInt(7);
    assertThat(told(ResourceManager.STORAGE, 0x20))
        .containsExactly(
            "from 1663/5/9 0 " + (HEAP_BLOCKS_A_MAP_BLOCK + 1),
            "block 1663/5/9 2 1",
            "from 1663/5/9 2 2");
    main(20).putInt(HEAP_BLOCKS_A_MAP_BLOCK).putInt(1663).putInt(5).putInt(9).putInt(2);
    assertThat(told(ResourceManager.STORAGE, 0x20)).containsExactly("from 1663/5/9 2 1");
    main(20).putInt(0).putInt(1663).putInt(5).putInt(9).putInt(4);
    assertThat(told(ResourceManager.STORAGE, 0x20)).isEmpty();
  }

  @Test
  void filesMadeAndRemovedAreNothingOfWhatTheyWere() {
    main(16).putInt(1663).putInt(5).putInt(9).putInt(2);
    assertThat(told(ResourceManager.STORAGE, 0x10)).containsExactly("from 1663/5/9 2 0");
    main(16).putInt(1663).putInt(5).putInt(9).putInt(1);
    assertThat(told(ResourceManager.STORAGE, 0x10)).isEmpty();
    for (int info : new int[] {0x80, 0xA0, 0xB0, 0xC0}) {
      main(48).putLong(0).putInt(1 | 2 | 4 | 16).putInt(5).putInt(1663);
      body.putInt(1).putInt(701);
      body.putInt(1).putInt(1663).putInt(5).putInt(9).putInt(702);
      assertThat(told(ResourceManager.TRANSACTION, info))
          .containsExactly("from 1663/5/9 0 0", "from 1663/5/9 2 0", "from 1663/5/9 3 0");
    }
    main(8).putLong(0);
    assertThat(told(ResourceManager.TRANSACTION, 0x00)).isEmpty();
  }

  @Test
  void databasesMadeAndDroppedAreNothingOfWhatTheyWere() {
    main(16).putInt(70).putInt(1663).putInt(1).putInt(1664);
    assertThat(told(ResourceManager.DATABASE, 0x00)).containsExactly("database 1663/70");
    main(8).putInt(71).putInt(1663);
    assertThat(told(ResourceManager.DATABASE, 0x10)).containsExactly("database 1663/71");
    main(16).putInt(72).putInt(2).putInt(1663).putInt(80);
    assertThat(told(ResourceManager.DATABASE, 0x20))
        .containsExactly("database 1663/72", "database 80/72");
  }

  @Test
  void whatCannotBeToldIsEverything() {
    main(4).putInt(1);
    assertThat(told(130, 0)).singleElement().asString().startsWith("everything: an extension");
    block(0, 7, 1);
    assertThat(told(ResourceManager.HEAP2, 0x10)).singleElement().asString().contains("fork");
    body.put((byte) 77).put(new byte[9]);
    assertThat(told(ResourceManager.HEAP, 0)).singleElement().asString().contains("number 77");
    main(1).put((byte) 0);
    assertThat(told(ResourceManager.HEAP, 0)).singleElement().asString().contains("too early");
    main(8).putInt(71).putInt(1663);
    assertThat(told(ResourceManager.DATABASE, 0x30))
        .singleElement()
        .asString()
        .startsWith("everything: a record does to a database");
    main(26).putInt(1).putInt(1).putInt(1).putInt(1).putInt(1).putInt(0).put(new byte[2]);
    assertThat(told(ResourceManager.XLOG, 0x60))
        .containsExactly("everything: wal_level was minimal");
    main(26).putInt(1).putInt(1).putInt(1).putInt(1).putInt(1).putInt(1).put(new byte[2]);
    assertThat(told(ResourceManager.XLOG, 0x60)).isEmpty();
  }
}
