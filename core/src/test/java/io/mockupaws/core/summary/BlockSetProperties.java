package io.mockupaws.core.summary;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The set and its runs are what a plain sorted set says, whatever its form in memory. */
class BlockSetProperties {
  private static final long LAST = 0xFFFF_FFFEL;

  /** Dense, scattered and at both ends of what a block's number can be. */
  private static long block(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> random.nextInt(70);
      case 1 -> 4096L * random.nextInt(4) + random.nextInt(3) - (random.nextBoolean() ? 0 : 64);
      case 2 -> random.nextLong(LAST + 1);
      case 3 -> LAST - random.nextInt(200);
      default -> 100_000 + random.nextInt(500);
    };
  }

  @Property(tries = 200)
  void isAPlainSet(@ForAll long seed, @ForAll @IntRange(min = 0, max = 2000) int size) {
    Random random = new Random(seed);
    BlockSet set = new BlockSet();
    TreeSet<Long> plain = new TreeSet<>();
    for (int i = 0; i < size; i++) {
      long block = Math.max(0, block(random));
      if (random.nextInt(40) == 0) {
        long behind = Math.min(LAST + 1, block + random.nextInt(random.nextBoolean() ? 200 : 9000));
        set.addRun(block, behind);
        for (long b = block; b < behind; b++) {
          plain.add(b);
        }
      } else {
        set.add((int) block);
        plain.add(block);
      }
      if (random.nextInt(200) == 0) {
        long limit = Math.max(0, block(random));
        set.cut((int) limit);
        plain.tailSet(limit).clear();
      }
    }
    BlockSet copy = set.copy();
    assertThat(runs(set)).isEqualTo(runs(plain));
    assertThat(set.isEmpty()).isEqualTo(plain.isEmpty());
    for (int i = 0; i < 50; i++) {
      long from = Math.max(0, block(random));
      Long next = plain.ceiling(from);
      assertThat(set.next(from)).as("from %d", from).isEqualTo(next == null ? -1 : next);
    }
    set.cut(0);
    assertThat(set.next(0)).isEqualTo(-1);
    assertThat(runs(copy)).isEqualTo(runs(plain));
  }

  private static List<Long> runs(BlockSet set) {
    List<Long> runs = new ArrayList<>();
    for (long at = set.next(0); at >= 0; at = set.next(runs.getLast())) {
      runs.add(at);
      runs.add(set.runEnd(at));
    }
    return runs;
  }

  private static List<Long> runs(Set<Long> plain) {
    List<Long> runs = new ArrayList<>();
    for (long block : plain) {
      if (runs.isEmpty() || runs.getLast() != block) {
        runs.add(block);
        runs.add(block + 1);
      } else {
        runs.set(runs.size() - 1, block + 1);
      }
    }
    return runs;
  }
}
