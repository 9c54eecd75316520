package io.mockupaws.core.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.MajorVersion;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.wal.WalBuilder.Written;
import io.mockupaws.core.wal.WalDamage.Reason;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WalWalkTest {
  private static final int SEGMENT = 1 << 20;
  private static final long START = 5L * SEGMENT;

  private final WalBuilder wal = new WalBuilder(SEGMENT, START);

  @Test
  void showsRecordsOverPagesAndSegments() {
    for (int i = 0; i < 40; i++) {
      wal.data(10, 0x20, 700 + i, new byte[i * 977]);
    }
    wal.data(21, 0, 800, new byte[3 * SEGMENT]);
    wal.data(128, 0xF0, 0xFFFF_FFFFL, new byte[1]);

    Collected read = Collected.of(wal);

    assertThat(read.records).isEqualTo(wal.records);
    assertThat(read.walk.state()).isEqualTo(new WalState.Reading());
    assertThat(read.walk.position()).isEqualTo(new Lsn(wal.position()));
    assertThat(read.walk.firstRecord()).contains(new Lsn(START + 40));
    Written last = wal.records.getLast();
    assertThat(read.walk.lastWhole())
        .contains(new RecordSpan(new Lsn(last.start()), new Lsn(last.end())));
    assertThat(read.walk.version()).contains(MajorVersion.V15);
    assertThat(read.walk.systemIdentifier()).hasValue(WalBuilder.SYSTEM);
  }

  /** Every split of a record's header over two pages, and every length near a page's end. */
  @Test
  void showsRecordsAtEveryPlaceInAPage() {
    for (int i = 0; i < 2100; i++) {
      wal.data(10, 0, 1, new byte[8150 - i * 8 % 8000 + i % 8]);
    }
    assertThat(Collected.of(wal).records).isEqualTo(wal.records);
  }

  @Test
  void passesOverTheRestOfASwitchedSegment() {
    wal.data(10, 0, 1, new byte[100]);
    Written switched = wal.switchSegment();
    wal.data(10, 0, 2, new byte[100]);
    wal.switchSegment();

    Collected read = Collected.of(wal);

    assertThat(read.records).isEqualTo(wal.records);
    assertThat(switched.end()).isEqualTo(START + SEGMENT);
    assertThat(read.walk.state()).isEqualTo(new WalState.Reading());
    assertThat(read.walk.position()).isEqualTo(new Lsn(START + 2 * SEGMENT));
  }

  @Test
  void startsBehindARecordWhoseBeginningIsNotThere() {
    wal.data(10, 0, 1, new byte[SEGMENT + 5000]);
    wal.data(10, 0, 2, new byte[50]);
    byte[] bytes = wal.bytes();
    byte[] second = Arrays.copyOfRange(bytes, SEGMENT, bytes.length);

    Collected read = Collected.of(wal, START + SEGMENT, second, OptionalInt.empty());

    assertThat(read.records).isEqualTo(wal.records.subList(1, 2));
    assertThat(read.walk.firstRecord()).contains(new Lsn(wal.records.get(1).start()));
  }

  @Test
  void startsInsideARecordThatFillsWholeSegments() {
    wal.data(10, 0, 1, new byte[4 * SEGMENT]);
    wal.data(10, 0, 2, new byte[50]);
    byte[] rest = Arrays.copyOfRange(wal.bytes(), SEGMENT, 2 * SEGMENT);
    Collected inside = Collected.of(wal, START + SEGMENT, rest, OptionalInt.empty());
    assertThat(inside.walk.firstRecord()).isEmpty();
    assertThat(inside.walk.lastWhole()).isEmpty();
    assertThat(inside.walk.state()).isEqualTo(new WalState.Reading());

    byte[] all = wal.bytes();
    rest = Arrays.copyOfRange(all, SEGMENT, all.length);
    Collected read = Collected.of(wal, START + SEGMENT, rest, OptionalInt.empty());
    assertThat(read.records).isEqualTo(wal.records.subList(1, 2));
  }

  @Test
  void takesTheReplacementOfARecordBrokenOffByACrash() {
    wal.data(10, 0, 1, new byte[3000]);
    wal.breakOff(new byte[20_000], 0);
    wal.data(10, 0, 2, new byte[3000]);

    Collected read = Collected.of(wal);

    assertThat(read.records).isEqualTo(wal.records);
    assertThat(read.records.get(1).info()).isEqualTo(0xD0);
    assertThat(read.walk.state()).isEqualTo(new WalState.Reading());
  }

  @Test
  void takesAReplacementAtTheStartOfASegment() {
    wal.data(10, 0, 1, new byte[SEGMENT - 4 * WalBuilder.PAGE]);
    while (wal.position() % SEGMENT < SEGMENT - WalBuilder.PAGE) {
      wal.data(10, 0, 1, new byte[1000]);
    }
    wal.breakOff(new byte[20_000], 0);
    wal.data(10, 0, 2, new byte[3000]);
    assertThat(Collected.of(wal).records).isEqualTo(wal.records);

    byte[] all = wal.bytes();
    byte[] second = Arrays.copyOfRange(all, SEGMENT, all.length);
    Collected read = Collected.of(wal, START + SEGMENT, second, OptionalInt.empty());
    int count = wal.records.size();
    assertThat(read.records).isEqualTo(wal.records.subList(count - 2, count));
  }

  @Test
  void refusesAReplacementThatNamesAnotherRecord() {
    wal.data(10, 0, 1, new byte[3000]);
    long broken = wal.breakOff(new byte[20_000], START + 8);

    Collected read = Collected.of(wal);

    assertThat(read.damage().reason()).isEqualTo(Reason.OVERWRITE);
    assertThat(read.damage().lsn()).isEqualTo(new Lsn(broken));
    assertThat(read.records).hasSize(1);
  }

  @Test
  void callsZerosTheEnd() {
    Written last = wal.data(10, 0, 1, new byte[3000]);
    wal.zeros(SEGMENT - wal.position() % SEGMENT);
    wal.zeros(SEGMENT);

    Collected read = Collected.of(wal);

    Lsn end = new Lsn(last.end());
    assertThat(read.walk.state()).isEqualTo(new WalState.Ended(end, end, false));
    assertThat(read.walk.position()).isEqualTo(new Lsn(START + 2 * SEGMENT));
  }

  @Test
  void callsZerosInsideARecordTheEndInFrontOfIt() {
    Written last = wal.data(10, 0, 1, new byte[3000]);
    wal.data(10, 0, 1, new byte[30_000]);
    byte[] bytes = wal.bytes();
    Arrays.fill(bytes, 2 * WalBuilder.PAGE, bytes.length, (byte) 0);

    Collected read = Collected.of(wal, bytes);

    assertThat(read.walk.state())
        .isEqualTo(
            new WalState.Ended(new Lsn(last.end()), new Lsn(START + 2 * WalBuilder.PAGE), false));
    assertThat(read.records).hasSize(1);
  }

  @Test
  void callsOlderPagesOfARecycledFileTheEnd() {
    Written last = wal.data(10, 0, 1, new byte[3000]);
    wal.fillPage();
    long seenAt = wal.position();
    wal.pageHeader(wal.position() - 3 * SEGMENT, 0, 0);
    wal.raw(new byte[] {1, 2, 3, 4, 5});
    wal.fillPage();

    Collected read = Collected.of(wal);

    assertThat(read.walk.state())
        .isEqualTo(new WalState.Ended(new Lsn(last.end()), new Lsn(last.end()), false));

    WalBuilder full = new WalBuilder(SEGMENT, START);
    int room = WalBuilder.PAGE - 40 - 24 - 5;
    last = full.data(10, 0, 1, new byte[room]);
    assertThat(last.end()).isEqualTo(seenAt);
    full.pageHeader(full.position() - 3 * SEGMENT, 0, 0);
    assertThat(Collected.of(full).walk.state())
        .isEqualTo(new WalState.Ended(new Lsn(seenAt), new Lsn(seenAt), true));
  }

  @Test
  void callsZerosDamageWhenWalGoesOnBehind() {
    Written first = wal.data(10, 0, 1, new byte[3000]);
    for (int i = 0; i < 10; i++) {
      wal.data(10, 0, 1, new byte[3000]);
    }
    byte[] bytes = wal.bytes();
    int from = (int) (first.end() - START);
    Arrays.fill(bytes, from, 2 * WalBuilder.PAGE, (byte) 0);

    Collected read = Collected.of(wal, bytes);

    assertThat(read.damage().reason()).isEqualTo(Reason.GAP);
    assertThat(read.damage().lsn()).isEqualTo(new Lsn(first.end()));
    assertThat(read.damage().seenAt()).isEqualTo(new Lsn(START + 2 * WalBuilder.PAGE + 24));
    assertThat(read.records).hasSize(1);
  }

  @Test
  void answersForASegmentThatWasNeverWritten() {
    wal.zeros(SEGMENT);
    assertThat(Collected.of(wal).walk.state())
        .isEqualTo(new WalState.Ended(new Lsn(START), new Lsn(START), false));
    assertThat(Collected.of(wal).walk.position()).isEqualTo(new Lsn(START + SEGMENT));
    wal.data(10, 0, 1, new byte[100]);
    assertThat(Collected.of(wal).damage().reason()).isEqualTo(Reason.GAP);
    assertThat(Collected.of(wal).damage().lsn()).isEqualTo(new Lsn(START));

    WalBuilder recycled = new WalBuilder(SEGMENT, START - SEGMENT);
    recycled.data(10, 0, 1, new byte[2 * WalBuilder.PAGE]);
    assertThat(Collected.of(wal, START, recycled.bytes(), OptionalInt.empty()).walk.state())
        .isEqualTo(new WalState.Ended(new Lsn(START), new Lsn(START), true));
  }

  @Test
  void checksAVeryLongRecordWholeAndKeepsItsBeginning() {
    byte[] main = new byte[WalWalk.KEPT_BYTES + 5_000_000];
    Arrays.fill(main, (byte) 7);
    wal.data(21, 0, 1, main);
    Written next = wal.data(10, 0, 2, new byte[10]);
    byte[] bytes = wal.bytes();
    int[] seen = {0, 0};
    WalSink sink =
        record -> {
          if (record.rmgr() == 21) {
            seen[0] = record.data().remaining();
            assertThat(record.hasAllData()).isFalse();
            assertThat(record.dataLength()).isEqualTo(main.length);
            assertThat(record.data().get(seen[0] - 1)).isEqualTo((byte) 7);
          } else {
            assertThat(record.start()).isEqualTo(new Lsn(next.start()));
            assertThat(record.hasAllData()).isTrue();
          }
          seen[1]++;
        };
    WalWalk walk = new WalWalk(SEGMENT, new Timeline(1), new Lsn(START), sink);
    walk.feed(java.nio.ByteBuffer.wrap(bytes));
    assertThat(seen).containsExactly(WalWalk.KEPT_BYTES - 24 - 5, 2);

    bytes[bytes.length - 5000] ^= 1;
    assertThat(Collected.of(wal, bytes).damage().reason()).isEqualTo(Reason.RECORD_CHECKSUM);
  }

  @Test
  void takesPagesOfAncestorsAndRefusesOthers() {
    wal.data(10, 0, 1, new byte[10_000]);
    wal.timeline = 3;
    wal.data(10, 0, 1, new byte[10_000]);
    assertThat(Collected.of(wal).records).isEqualTo(wal.records);
    assertThat(Collected.of(wal, START, wal.bytes(), OptionalInt.of(2)).damage().reason())
        .isEqualTo(Reason.PAGE_TIMELINE);
    wal.timeline = 2;
    wal.data(10, 0, 1, new byte[10_000]);
    assertThat(Collected.of(wal, START, wal.bytes(), OptionalInt.of(9)).damage().reason())
        .isEqualTo(Reason.PAGE_TIMELINE);
  }

  @Test
  void refusesAnotherClustersSegment() {
    wal.data(10, 0, 1, new byte[100]);
    wal.switchSegment();
    wal.system = 99;
    wal.data(10, 0, 1, new byte[100]);
    assertThat(Collected.of(wal).damage())
        .satisfies(
            damage -> {
              assertThat(damage.reason()).isEqualTo(Reason.SEGMENT_HEADER);
              assertThat(damage.lsn()).isEqualTo(new Lsn(START + SEGMENT));
              assertThat(damage.toString()).contains("cluster 99").contains("0/600000");
            });
  }

  @Test
  void refusesAnotherSegmentSize() {
    wal.data(10, 0, 1, new byte[100]);
    WalBuilder other = new WalBuilder(2 * SEGMENT, 4L * SEGMENT);
    assertThat(Collected.of(other, other.start, wal.bytes(), OptionalInt.empty()).damage())
        .extracting(WalDamage::reason)
        .isEqualTo(Reason.PAGE_ADDRESS);
    WalBuilder same = new WalBuilder(SEGMENT, 4L * SEGMENT);
    same.data(10, 0, 1, new byte[100]);
    assertThat(Collected.of(other, other.start, same.bytes(), OptionalInt.empty()).damage())
        .extracting(WalDamage::reason)
        .isEqualTo(Reason.SEGMENT_HEADER);
  }

  @ParameterizedTest
  @ValueSource(ints = {0xD10D, 0xD11F, 0x10D1})
  void refusesAVersionItDoesNotKnow(int magic) {
    wal.magic = magic;
    wal.data(10, 0, 1, new byte[100]);
    assertThat(Collected.of(wal).damage().reason()).isEqualTo(Reason.PAGE_MAGIC);
  }

  @Test
  void refusesAnotherVersionOnLaterPages() {
    wal.data(10, 0, 1, new byte[100]);
    wal.switchSegment();
    wal.magic = 0xD116;
    wal.data(10, 0, 1, new byte[100]);
    assertThat(Collected.of(wal).damage().reason()).isEqualTo(Reason.PAGE_MAGIC);
  }

  @Test
  void refusesARecordThatDoesNotNameTheOneBefore() {
    wal.data(10, 0, 1, new byte[100]);
    wal.previous -= 8;
    wal.data(10, 0, 1, new byte[100]);
    assertThat(Collected.of(wal).damage().reason()).isEqualTo(Reason.RECORD_CHAIN);
    WalBuilder first = new WalBuilder(SEGMENT, START);
    first.previous = START + SEGMENT;
    first.data(10, 0, 1, new byte[100]);
    assertThat(Collected.of(first).damage().reason()).isEqualTo(Reason.RECORD_CHAIN);
  }

  @Test
  void refusesAnUnknownResourceManager() {
    wal.data(22, 0, 1, new byte[100]);
    assertThat(Collected.of(wal).damage().reason()).isEqualTo(Reason.RECORD_HEADER);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 23, 0x4000_0000, -1})
  void refusesImpossibleLengths(int length) {
    wal.data(10, 0, 1, new byte[100]);
    byte[] bytes = wal.bytes();
    for (int i = 0; i < 4; i++) {
      bytes[40 + i] = (byte) (length >> (8 * i));
    }
    assertThat(Collected.of(wal, bytes).damage().reason()).isEqualTo(Reason.RECORD_LENGTH);
  }

  /** Pages and pieces cost a little; records nothing, however many there are. */
  @Test
  void allocatesNothingForARecord() {
    for (int i = 0; i < 30_000; i++) {
      wal.data(10, 0, 1, new byte[i % 100]);
    }
    byte[] bytes = wal.bytes();
    long[] seen = {0};
    WalSink sink = record -> seen[0] += record.dataLength() + record.blocks().count();
    WalWalk walk = new WalWalk(SEGMENT, new Timeline(1), new Lsn(START), sink);
    java.nio.ByteBuffer whole = java.nio.ByteBuffer.wrap(bytes);
    walk.feed(whole.limit(100_000));

    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    walk.feed(whole.limit(bytes.length));
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertThat(seen[0]).isEqualTo(300 * 4950L);
    assertThat(allocated).isLessThan(30_000);
  }

  @Test
  void wantsTheStartOfASegment() {
    assertThatThrownBy(
            () -> new WalWalk(SEGMENT, new Timeline(1), new Lsn(START + 8192), record -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void letsTheSinksExceptionThrough() {
    wal.data(10, 0, 1, new byte[100]);
    WalWalk walk =
        new WalWalk(
            SEGMENT,
            new Timeline(1),
            new Lsn(START),
            record -> {
              throw new IllegalStateException("full");
            });
    assertThatThrownBy(() -> walk.feed(java.nio.ByteBuffer.wrap(wal.bytes())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("full");
  }
}
