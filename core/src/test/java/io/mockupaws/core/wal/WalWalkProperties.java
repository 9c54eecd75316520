package io.mockupaws.core.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.wal.WalBuilder.Written;
import java.nio.ByteBuffer;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class WalWalkProperties {
  private static final int SEGMENT = 1 << 20;
  private static final long START = 0x1_0000_0000L - SEGMENT;

  /** Records of mixed lengths, breaks, switches, over one to three segments. */
  private static WalBuilder random(Random random, int count) {
    WalBuilder wal = new WalBuilder(SEGMENT, START);
    for (int i = 0; i < count; i++) {
      switch (random.nextInt(40)) {
        case 0 -> wal.data(21, 0, 9, content(random, 20_000 + random.nextInt(300_000)));
        case 1 -> wal.breakOff(content(random, 9_000), 0);
        case 2 -> {
          if (random.nextInt(6) == 0) {
            wal.switchSegment();
          }
        }
        case 3 -> wal.data(10, 0, 5, new byte[0]);
        default ->
            wal.data(
                random.nextInt(22),
                random.nextInt(4),
                random.nextLong(1L << 32),
                content(random, random.nextInt(random.nextInt(10) == 0 ? 9000 : 400)));
      }
    }
    return wal;
  }

  private static byte[] content(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  @Property(tries = 60)
  void piecesOfAnySizeGiveTheSameRecords(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 20_000) int largest) {
    Random random = new Random(seed);
    WalBuilder wal = random(random, 120);
    byte[] bytes = wal.bytes();

    Collected whole = Collected.of(wal, bytes);
    Collected pieces = Collected.inPieces(wal, bytes, random, largest);

    assertThat(whole.records).isEqualTo(wal.records);
    assertThat(pieces.records).isEqualTo(wal.records);
    assertThat(pieces.walk.state()).isEqualTo(new WalState.Reading());
    assertThat(pieces.walk.position()).isEqualTo(whole.walk.position());
    assertThat(pieces.walk.lastWhole()).isEqualTo(whole.walk.lastWhole());
  }

  /**
   * Cutting the bytes off anywhere leaves a prefix of the records and an answer where trust ends.
   */
  @Property(tries = 60)
  void aCutLeavesWhatLiesInFrontOfIt(@ForAll long seed) {
    Random random = new Random(seed);
    WalBuilder wal = random(random, 60);
    byte[] bytes = wal.bytes();
    int cut = random.nextInt(bytes.length);

    Collected read = Collected.of(wal, java.util.Arrays.copyOf(bytes, cut));

    long end = START + cut;
    long whole = wal.records.stream().filter(r -> lastByte(r) <= end).count();
    assertThat(read.records).isEqualTo(wal.records.subList(0, (int) whole));
    assertThat(read.walk.state()).isEqualTo(new WalState.Reading());
    assertThat(read.walk.position()).isEqualTo(new Lsn(end));
  }

  /** The position behind a record's last byte, without padding. */
  private static long lastByte(Written record) {
    long at = record.start();
    long left = record.total();
    while (left > 0) {
      if (at % WalBuilder.PAGE == 0) {
        at += at % SEGMENT == 0 ? 40 : 24;
      }
      long room = WalBuilder.PAGE - at % WalBuilder.PAGE;
      long piece = Math.min(room, left);
      at += piece;
      left -= piece;
    }
    return at;
  }

  @Property(tries = 400)
  void anyChangedByteOfARecordIsFound(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 255) int change) {
    Random random = new Random(seed);
    WalBuilder wal = random(random, 40);
    int victim = random.nextInt(wal.records.size());
    Written record = wal.records.get(victim);
    // A length that became larger is noticed where the next page begins.
    wal.data(10, 0, 1, new byte[3 * WalBuilder.PAGE]);
    byte[] bytes = wal.bytes();
    int offset = random.nextInt(3) == 0 ? random.nextInt(24) : random.nextInt(record.total());
    long at = place(record, offset);
    bytes[(int) (at - START)] ^= (byte) change;

    Collected read = Collected.inPieces(wal, bytes, random, 30_000);

    assertThat(read.records).isEqualTo(wal.records.subList(0, victim));
    assertThat(read.walk.state()).isInstanceOf(WalState.Damaged.class);
    assertThat(read.damage().lsn().value()).isLessThanOrEqualTo(record.start());
    assertThat(read.walk.position()).isEqualTo(new Lsn(START + bytes.length));
  }

  private static long place(Written record, int offset) {
    long at = record.start();
    for (int i = 0; ; i++) {
      if (at % WalBuilder.PAGE == 0) {
        at += at % SEGMENT == 0 ? 40 : 24;
      }
      if (i == offset) {
        return at;
      }
      at++;
    }
  }

  /** Wherever bytes change, page headers included, no record appears that was not written. */
  @Property(tries = 400)
  void noChangeMakesAWrongRecord(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int changes) {
    Random random = new Random(seed);
    WalBuilder wal = random(random, 40);
    byte[] bytes = wal.bytes();
    for (int i = 0; i < changes; i++) {
      int page = random.nextInt(bytes.length / WalBuilder.PAGE + 1) * WalBuilder.PAGE;
      int at = Math.min(bytes.length - 1, page + random.nextInt(40));
      bytes[at] = (byte) random.nextInt();
    }

    Collected read = Collected.of(wal, bytes);

    int shown = read.records.size();
    assertThat(shown).isLessThanOrEqualTo(wal.records.size());
    assertThat(read.records).isEqualTo(wal.records.subList(0, shown));
  }

  @Property(tries = 200)
  void garbageEndsInAnAnswer(@ForAll long seed, @ForAll boolean zeros) {
    Random random = new Random(seed);
    WalBuilder wal = random(random, 5);
    byte[] garbage = content(random, random.nextInt(100_000));
    for (int i = 0; zeros && i < garbage.length; i++) {
      garbage[i] = random.nextInt(50) == 0 ? garbage[i] : 0;
    }
    boolean behindWal = random.nextBoolean();
    if (behindWal) {
      wal.raw(garbage);
    }
    byte[] bytes = behindWal ? wal.bytes() : garbage;

    Collected read = Collected.inPieces(wal, bytes, random, 5_000);

    assertThat(read.records.size()).isLessThanOrEqualTo(wal.records.size());
    assertThat(read.walk.position()).isEqualTo(new Lsn(START + bytes.length));
  }

  /** A page may claim that a record goes on for longer than there are bytes. */
  @Property(tries = 200)
  void neverReadsBeyondTheBytes(@ForAll int remaining, @ForAll int length) {
    WalBuilder wal = new WalBuilder(SEGMENT, START);
    wal.pageHeader(START, remaining, 1);
    wal.raw(new byte[] {(byte) length, (byte) (length >> 8), (byte) (length >> 16), 0});
    wal.fillPage();
    WalWalk walk = new WalWalk(SEGMENT, new Timeline(1), new Lsn(START), record -> {});
    walk.feed(ByteBuffer.wrap(wal.bytes()));
    assertThat(walk.position()).isEqualTo(new Lsn(START + WalBuilder.PAGE));
    assertThat(walk.lastWhole()).isEmpty();
  }
}
