package io.mockupaws.core.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Checkpoint;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.PgTimestamp;
import io.mockupaws.core.pg.RecoverySettings;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.WalLevel;
import io.mockupaws.core.wal.WalEvent.Outcome;
import io.mockupaws.core.wal.WalEvent.TransactionEnd;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The layouts byte by byte; module it holds the same against real servers. */
class WalEventTest {
  private static final int SEGMENT = 1 << 20;
  private static final Instant TIME = Instant.parse("2026-04-07T12:00:00.123456Z");
  private static final int ALL_LISTS = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x80 | 0x100;

  private int magic = 0xD110;

  private Optional<WalEvent> read(int rmgr, int info, ByteBuffer main) {
    WalBuilder wal = new WalBuilder(SEGMENT, SEGMENT);
    wal.magic = magic;
    byte[] content = new byte[main.position()];
    main.get(0, content);
    wal.data(rmgr, info, 731, content);
    List<Optional<WalEvent>> events = new ArrayList<>();
    WalSink sink = record -> events.add(WalEvent.of(record));
    new WalWalk(SEGMENT, new Timeline(1), new Lsn(SEGMENT), sink)
        .feed(ByteBuffer.wrap(wal.bytes()));
    assertThat(events).hasSize(1);
    return events.getFirst();
  }

  private static ByteBuffer main() {
    return ByteBuffer.allocate(2000).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer timed() {
    return main().putLong(PgTimestamp.toMicros(TIME));
  }

  @Test
  void readsCommitsAndAborts() {
    assertThat(read(1, 0x00, timed()))
        .contains(new TransactionEnd(731, Outcome.COMMITTED, false, TIME));
    assertThat(read(1, 0x80, timed().putInt(0)))
        .contains(new TransactionEnd(731, Outcome.COMMITTED, false, TIME));
    assertThat(read(1, 0x20, timed()))
        .contains(new TransactionEnd(731, Outcome.ABORTED, false, TIME));
    assertThat(read(1, 0x10, timed())).isEmpty();
    assertThat(read(1, 0x50, timed())).isEmpty();
    assertThat(read(1, 0x60, timed())).isEmpty();
  }

  /** The id of a prepared transaction lies behind lists whose entries grew in 18. */
  @ParameterizedTest
  @CsvSource({"0xD110, 12", "0xD113, 12", "0xD116, 12", "0xD118, 16"})
  void readsThePreparedTransactionsOwnId(String pageMagic, int statisticsSize) {
    magic = Integer.decode(pageMagic);
    ByteBuffer commit = timed().putInt(ALL_LISTS).putInt(5).putInt(1663);
    commit.putInt(2).putInt(8001).putInt(8002);
    commit.putInt(1).put(new byte[12]);
    commit.putInt(3).put(new byte[3 * statisticsSize]);
    commit.putInt(2).put(new byte[32]);
    commit.putInt(-2).put("gid\0".getBytes(StandardCharsets.UTF_8));
    assertThat(read(1, 0xB0, commit))
        .contains(new TransactionEnd(0xFFFF_FFFEL, Outcome.COMMITTED, true, TIME));
    assertThat(read(1, 0xC0, timed().putInt(0x10).putInt(77)))
        .contains(new TransactionEnd(77, Outcome.ABORTED, true, TIME));
  }

  @Test
  void refusesAPreparedTransactionWithoutItsId() {
    assertDamaged(1, 0x30, timed());
    assertDamaged(1, 0xB0, timed().putInt(1).putLong(0));
    assertDamaged(1, 0xB0, timed().putInt(0x12).putInt(1000).putInt(0));
    assertDamaged(1, 0xB0, timed().putInt(0x12).putInt(-1).putInt(0));
  }

  @Test
  void readsRestorePoints() {
    ByteBuffer point =
        timed().put(Arrays.copyOf("vor der Größe".getBytes(StandardCharsets.UTF_8), 64));
    assertThat(read(0, 0x70, point)).contains(new WalEvent.RestorePoint("vor der Größe", TIME));
    byte[] endless = new byte[64];
    Arrays.fill(endless, (byte) 'x');
    assertDamaged(0, 0x70, timed().put(endless));
  }

  @Test
  void readsTablespaces() {
    ByteBuffer create = main().putInt(16390).put("/srv/fast\0".getBytes(StandardCharsets.UTF_8));
    assertThat(read(5, 0x00, create)).contains(new WalEvent.TablespaceCreate(16390, "/srv/fast"));
    assertThat(read(5, 0x00, main().putInt(16390).put((byte) 0)))
        .contains(new WalEvent.TablespaceCreate(16390, ""));
    assertThat(read(5, 0x10, main().putInt(16390))).contains(new WalEvent.TablespaceDrop(16390));
    assertDamaged(5, 0x00, main().putInt(16390).put((byte) 'x'));
    assertDamaged(5, 0x10, main().putShort((short) 1));
  }

  @Test
  void readsDatabases() {
    assertThat(read(4, 0x01, main().putInt(1).putInt(2).putInt(3).putInt(4)))
        .contains(new WalEvent.DatabaseFileCopy(1, 2, 3, 4));
    assertThat(read(4, 0x10, main().putInt(1).putInt(2)))
        .contains(new WalEvent.DatabaseCreate(1, 2));
    assertThat(read(4, 0x21, main().putInt(1).putInt(2).putInt(1663).putInt(-1)))
        .contains(new WalEvent.DatabaseDrop(1, List.of(1663, -1)));
    assertDamaged(4, 0x20, main().putInt(1).putInt(1_000_000).putInt(1663));
  }

  @Test
  void readsSettings() {
    ByteBuffer change = main().putInt(1).putInt(2).putInt(3).putInt(4).putInt(5).putInt(2);
    change.put((byte) 0).put((byte) 1).putShort((short) 0);
    assertThat(read(0, 0x60, change))
        .contains(
            new WalEvent.ParameterChange(
                new RecoverySettings(WalLevel.LOGICAL, false, 1, 2, 3, 4, 5, true)));
    assertThat(read(0, 0x80, main().put((byte) 1))).contains(new WalEvent.FullPageWrites(true));
    assertDamaged(0, 0x60, main().putInt(1).putInt(2).putInt(3).putInt(4).putInt(5).putInt(9));
  }

  @Test
  void readsCheckpoints() {
    ByteBuffer checkpoint = main().putLong(0x123456L).putInt(2).putInt(1).putLong(1);
    checkpoint.putLong(0x1_0000_0007L).putInt(16400).position(64);
    checkpoint.putLong(TIME.getEpochSecond()).position(88);
    Checkpoint expected =
        new Checkpoint(
            new Lsn(0x123456L),
            new Timeline(2),
            new Timeline(1),
            true,
            0x1_0000_0007L,
            16400,
            Instant.ofEpochSecond(TIME.getEpochSecond()));
    assertThat(read(0, 0x00, checkpoint)).contains(new WalEvent.CheckpointMade(true, expected));
    assertThat(read(0, 0x10, checkpoint)).contains(new WalEvent.CheckpointMade(false, expected));
    assertDamaged(0, 0x10, main().position(88));
    assertDamaged(0, 0x10, main().putLong(1).putInt(1).putInt(1).position(87));
  }

  @Test
  void readsTheWalsOwnTurns() {
    assertThat(read(0, 0x40, main())).contains(new WalEvent.SegmentSwitch());
    assertThat(read(0, 0x50, main().putLong(0x28))).contains(new WalEvent.BackupEnd(new Lsn(0x28)));
    assertThat(read(0, 0x90, timed().putInt(3).putInt(2).putInt(1)))
        .contains(new WalEvent.EndOfRecovery(new Timeline(3), new Timeline(2), TIME));
    assertThat(read(0, 0x90, timed().putInt(3).putInt(2)))
        .contains(new WalEvent.EndOfRecovery(new Timeline(3), new Timeline(2), TIME));
    assertThat(read(0, 0xD0, main().putLong(0x4000).putLong(0)))
        .contains(
            new WalEvent.BrokenOffRecord(new Lsn(0x4000), Instant.parse("2000-01-01T00:00:00Z")));
    assertDamaged(0, 0x90, timed().putInt(0).putInt(2));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 6, 8, 9, 10, 11, 21, 200})
  void leavesOtherRecordsAlone(int rmgr) {
    assertThat(read(rmgr, 0, main())).isEmpty();
  }

  private void assertDamaged(int rmgr, int info, ByteBuffer main) {
    assertThatThrownBy(() -> read(rmgr, info, main))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.WAL_DAMAGED))
        .hasMessageContaining("0/100028");
  }
}
