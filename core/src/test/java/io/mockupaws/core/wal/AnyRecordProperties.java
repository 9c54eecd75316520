package io.mockupaws.core.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.history.HistoryReader;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A whole record of any resource manager may hold anything: it is read, or refused as damaged. */
class AnyRecordProperties {
  private static final int SEGMENT = 1 << 20;
  private static final ChangeSink CHANGES =
      new ChangeSink() {
        @Override
        public void block(int tablespace, int database, int relation, int fork, int block) {
          assertThat(fork).isBetween(0, 3);
        }

        @Override
        public void from(int tablespace, int database, int relation, int fork, int limit) {
          assertThat(fork).isBetween(0, 3);
        }

        @Override
        public void database(int tablespace, int database) {}

        @Override
        public void everything(String why) {
          assertThat(why).isNotBlank();
        }
      };

  @Property(tries = 3000)
  void hasAnAnswer(@ForAll long seed) {
    Random random = new Random(seed);
    WalBuilder wal = new WalBuilder(SEGMENT, SEGMENT);
    int records = 1 + random.nextInt(8);
    for (int i = 0; i < records; i++) {
      int rmgr = random.nextInt(10) == 0 ? 128 + random.nextInt(128) : random.nextInt(22);
      wal.record(rmgr, random.nextInt(16) << 4, random.nextInt(3), body(random));
    }
    int[] seen = new int[1];
    HistoryReader history = new HistoryReader(8192, 1, _ -> new Timeline(1));
    WalChanges changes = new WalChanges(CHANGES, 8192);
    WalSink sink =
        record -> {
          seen[0]++;
          answers(() -> WalEvent.of(record));
          answers(() -> changes.record(record));
          answers(() -> history.record(record));
        };
    new WalWalk(SEGMENT, new Timeline(1), new Lsn(SEGMENT), sink)
        .feed(ByteBuffer.wrap(wal.bytes()));
    assertThat(seen[0]).as("seed %s", seed).isBetween(1, records);
    answers(history::finish);
  }

  private static void answers(Runnable reading) {
    try {
      reading.run();
    } catch (Failure e) {
      assertThat(e.code()).isEqualTo(ErrorCode.WAL_DAMAGED);
    }
  }

  /** Block references as they should be, mostly; behind them any data. */
  private static byte[] body(Random random) {
    ByteBuffer body = ByteBuffer.allocate(2000).order(ByteOrder.LITTLE_ENDIAN);
    int blocks = random.nextInt(4);
    int data = 0;
    for (int id = 0; id < blocks; id++) {
      int length = random.nextInt(40);
      data += length;
      body.put((byte) id).put((byte) (0x20 | random.nextInt(4))).putShort((short) length);
      body.putInt(any(random)).putInt(any(random)).putInt(any(random)).putInt(any(random));
    }
    int main = random.nextInt(250);
    if (random.nextInt(20) > 0) {
      body.put((byte) 255).put((byte) main);
    }
    for (int i = 0; i < data + main; i++) {
      body.put((byte) (random.nextInt(3) == 0 ? random.nextInt() : random.nextInt(4)));
    }
    return Arrays.copyOf(body.array(), body.position());
  }

  private static int any(Random random) {
    return random.nextBoolean() ? random.nextInt(4) : random.nextInt();
  }
}
