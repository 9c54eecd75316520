package io.mockupaws.engine.restore;

import io.mockupaws.core.format.Crc32cMath;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.PackTable;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A made-up backup: files cut into stretches, the stretches dealt out over packs in any order with
 * bytes between them that nobody wants, the packs cut into frames without regard to stretches.
 */
final class Scattered {
  private record Stretch(int file, int fileOffset, int length, int pack, int start) {}

  final List<byte[]> contents = new ArrayList<>();
  final List<PackTable> tables = new ArrayList<>();
  final Map<String, Integer> fetched = new ConcurrentHashMap<>();
  final Set<String> wantedFrames = new HashSet<>();

  /** A byte of each file: pack, frame and offset, and whose it is. */
  final Map<String, Integer> someByteOf = new HashMap<>();

  private final List<byte[]> packs = new ArrayList<>();
  private final List<Stretch> stretches = new ArrayList<>();

  Scattered(Random random) {
    int files = 1 + random.nextInt(12);
    for (int i = 0; i < files; i++) {
      byte[] content = new byte[random.nextInt(3) == 0 ? 0 : random.nextInt(20_000)];
      random.nextBytes(content);
      contents.add(content);
    }
    deal(random);
    for (int pack = 0; pack < packs.size(); pack++) {
      tables.add(cut(pack, random));
    }
    note();
  }

  private void deal(Random random) {
    int count = 1 + random.nextInt(4);
    List<int[]> parts = new ArrayList<>();
    for (int file = 0; file < contents.size(); file++) {
      int from = 0;
      while (from < contents.get(file).length) {
        int to = Math.min(contents.get(file).length, from + 1 + random.nextInt(4000));
        parts.add(new int[] {file, from, to});
        from = to;
      }
    }
    Collections.shuffle(parts, random);
    List<java.io.ByteArrayOutputStream> streams = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      streams.add(new java.io.ByteArrayOutputStream());
    }
    for (int[] part : parts) {
      int pack = random.nextInt(count);
      java.io.ByteArrayOutputStream stream = streams.get(pack);
      if (random.nextInt(4) == 0) {
        stream.writeBytes(new byte[random.nextInt(3000)]);
      }
      stretches.add(new Stretch(part[0], part[1], part[2] - part[1], pack, stream.size()));
      stream.write(contents.get(part[0]), part[1], part[2] - part[1]);
    }
    streams.forEach(stream -> packs.add(stream.toByteArray()));
  }

  private PackTable cut(int pack, Random random) {
    int left = packs.get(pack).length;
    List<Integer> plain = new ArrayList<>();
    while (left > 0) {
      int length = Math.min(left, 1 + random.nextInt(2500));
      plain.add(length);
      left -= length;
    }
    int[] plainLengths = plain.stream().mapToInt(Integer::intValue).toArray();
    int[] sealedLengths = Arrays.stream(plainLengths).map(l -> l + 32).toArray();
    return new PackTable(
        ObjectKey.of("packs/" + pack), Long.MAX_VALUE / 2, plainLengths, sealedLengths);
  }

  private void note() {
    for (Stretch stretch : stretches) {
      int start = 0;
      PackTable table = tables.get(stretch.pack());
      for (int frame = 0; frame < table.frames(); frame++) {
        for (int at = 0; at < table.plainLength(frame); at++) {
          int inPack = start + at;
          if (inPack >= stretch.start() && inPack < stretch.start() + stretch.length()) {
            wantedFrames.add(table.key() + "/" + frame);
            if (inPack == stretch.start() + stretch.length() / 2) {
              someByteOf.put(table.key() + "/" + frame + "/" + at, stretch.file());
            }
          }
        }
        start += table.plainLength(frame);
      }
    }
  }

  FileTable table() {
    FileTable table = new FileTable();
    for (int file = 0; file < contents.size(); file++) {
      byte[] content = contents.get(file);
      FileTable.Fate fate =
          file % 3 == 2 ? FileTable.Fate.WRITTEN_AND_READ : FileTable.Fate.WRITTEN;
      int crc = Crc32cMath.of(ByteBuffer.wrap(content));
      table.add("f" + file, content.length, 0600, Instant.EPOCH, OptionalInt.of(crc), fate);
    }
    return table;
  }

  RunTable runs() {
    RunTable runs = new RunTable();
    for (Stretch s : stretches) {
      runs.add(s.pack(), s.start(), s.length(), s.file(), s.fileOffset());
    }
    runs.sort();
    return runs;
  }

  /** Hands out frames in a buffer that is overwritten afterwards, as a real reader does. */
  PackContents.FrameFetcher fetcher() {
    return (table, first, last, taker) -> {
      int pack = tables.indexOf(table);
      int start = 0;
      for (int frame = 0; frame <= last; frame++) {
        int length = table.plainLength(frame);
        if (frame >= first) {
          fetched.merge(table.key() + "/" + frame, 1, Integer::sum);
          ByteBuffer content = ByteBuffer.wrap(packs.get(pack).clone(), start, length).slice();
          taker.frame(frame, content);
          Arrays.fill(content.array(), (byte) 0x55);
        }
        start += length;
      }
    };
  }
}
