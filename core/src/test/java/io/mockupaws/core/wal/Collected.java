package io.mockupaws.core.wal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;

/** Walks over bytes and notes what comes out, in the form of what the builder notes. */
final class Collected {
  final List<WalBuilder.Written> records = new ArrayList<>();
  final WalWalk walk;

  private Collected(int segmentSize, int timeline, long start) {
    walk = new WalWalk(segmentSize, new Timeline(timeline), new Lsn(start), this::note);
  }

  static Collected of(WalBuilder wal) {
    return of(wal, wal.bytes());
  }

  static Collected of(WalBuilder wal, byte[] bytes) {
    return of(wal, wal.start, bytes, OptionalInt.empty());
  }

  /** In pieces of any size, in buffers of any kind, which are overwritten after each call. */
  static Collected inPieces(WalBuilder wal, byte[] bytes, Random random, int largest) {
    Collected collected = new Collected(wal.segmentSize, wal.timeline, wal.start);
    ByteBuffer[] buffers = {
      ByteBuffer.allocate(largest + 8), ByteBuffer.allocateDirect(largest + 8)
    };
    int at = 0;
    while (at < bytes.length) {
      int length = Math.min(1 + random.nextInt(largest), bytes.length - at);
      ByteBuffer buffer = buffers[random.nextInt(2)].clear().position(random.nextInt(9));
      buffer.mark().put(bytes, at, length).limit(buffer.position()).reset();
      collected.walk.feed(random.nextBoolean() ? buffer : buffer.asReadOnlyBuffer());
      buffer.clear().put(new byte[Math.min(length + 8, buffer.capacity())]);
      at += length;
    }
    return collected;
  }

  static Collected of(WalBuilder wal, long start, byte[] bytes, OptionalInt timeline) {
    Collected collected = new Collected(wal.segmentSize, timeline.orElse(wal.timeline), start);
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    collected.walk.feed(buffer);
    if (buffer.hasRemaining()) {
      throw new AssertionError("bytes were left over");
    }
    return collected;
  }

  private void note(WalRecord record) {
    ByteBuffer data = record.data();
    byte[] main = new byte[data.remaining()];
    data.get(main);
    records.add(
        new WalBuilder.Written(
            record.start().value(),
            record.end().value(),
            record.rmgr(),
            record.info(),
            record.xid(),
            record.previous().value(),
            ByteBuffer.wrap(WalBuilder.mainData(main))));
  }

  WalDamage damage() {
    return ((WalState.Damaged) walk.state()).damage();
  }
}
