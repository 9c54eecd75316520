package io.mockupaws.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.format.FileEntry;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.core.format.Run;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Held against arrays of bytes: what a reader of the runs gets is what was meant. */
class RunSpliceTest {
  /** Packs of the earlier backup, and that of the one in the making behind them. */
  private static final int PACKS = 3;

  private final List<PackTable> tables = new ArrayList<>();
  private final List<byte[]> contents = new ArrayList<>();

  private void packs(Random random) {
    for (int pack = 0; pack <= PACKS; pack++) {
      int frames = 1 + random.nextInt(6);
      int[] plain = new int[frames];
      Arrays.setAll(plain, _ -> 1 + random.nextInt(40));
      int[] sealed = Arrays.stream(plain).map(length -> length + 32).toArray();
      int all = Arrays.stream(plain).sum();
      byte[] content = new byte[all];
      random.nextBytes(content);
      tables.add(new PackTable(ObjectKey.of("p/" + pack), 10_000, plain, sealed));
      contents.add(content);
    }
  }

  private Run run(long fileOffset, int pack, int position, int length) {
    PackTable table = tables.get(pack);
    int frame = table.frameAt(position);
    return new Run(fileOffset, length, pack, frame, (int) (position - table.plainStart(frame)));
  }

  private byte[] read(List<Run> runs, int size) {
    byte[] file = new byte[size];
    for (Run run : runs) {
      int from = (int) tables.get(run.pack()).plainStart(run.frame()) + run.frameOffset();
      System.arraycopy(
          contents.get(run.pack()), from, file, (int) run.fileOffset(), (int) run.length());
    }
    return file;
  }

  @Property(tries = 500)
  void aReaderGetsTheReadBytesAndTheEarlierOnesElsewhere(@ForAll long seed) {
    Random random = new Random(seed);
    tables.clear();
    contents.clear();
    packs(random);
    List<Run> base = new ArrayList<>();
    int size = 0;
    for (int i = random.nextInt(6); i >= 0; i--) {
      int pack = random.nextInt(PACKS);
      int all = contents.get(pack).length;
      int from = random.nextInt(all);
      int length = 1 + random.nextInt(all - from);
      base.add(run(size, pack, from, length));
      size += length;
    }
    byte[] expected = read(base, size);
    List<Run> fresh = new ArrayList<>();
    byte[] read = contents.get(PACKS);
    int at = random.nextInt(5);
    int position = 0;
    while (at < size && position < read.length) {
      int length = 1 + random.nextInt(Math.min(size - at, read.length - position));
      fresh.add(run(at, PACKS, position, length));
      System.arraycopy(read, position, expected, at, length);
      position += length;
      at += length + random.nextInt(20);
    }
    int cut = fresh.isEmpty() ? random.nextInt(size + 1) : end(fresh.getLast(), size, random);

    List<Run> spliced = RunSplice.of(base, tables, pack -> pack, fresh, cut);

    assertThat(read(spliced, cut)).isEqualTo(Arrays.copyOf(expected, cut));
    new FileEntry(
        "f", FileEntry.Origin.DATA, cut, 0600, Instant.EPOCH, OptionalInt.empty(), spliced);
  }

  private static int end(Run last, int size, Random random) {
    int least = (int) (last.fileOffset() + last.length());
    return least + random.nextInt(size - least + 1);
  }

  @Test
  void aByteThatNeitherHasIsNoFile() {
    packs(new Random(1));
    List<Run> base = List.of(run(0, 0, 0, 1));
    assertThatThrownBy(() -> RunSplice.of(base, tables, pack -> pack, List.of(), 2))
        .hasMessageContaining("no byte at 1");
  }
}
