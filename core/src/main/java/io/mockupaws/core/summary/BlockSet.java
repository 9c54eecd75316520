package io.mockupaws.core.summary;

import java.util.Arrays;

/**
 * A set of block numbers, 0 to 4,294,967,294. A few are a sorted list; more are bit maps, each for
 * {@value #CHUNK} blocks in which there is one: half a kilobyte for 32 MiB of a relation.
 */
final class BlockSet {
  private static final int CHUNK = 4096;
  private static final int CHUNK_BITS = 12;
  private static final int WORDS = CHUNK / Long.SIZE;
  private static final int FEW = 32;

  /** Shared by all sets: a chunk of which every block is in the set. */
  private static final long[] FULL = full();

  /** While there are a few: blocks, ascending unsigned. Then numbers of chunks, ascending. */
  private int[] numbers = new int[4];

  private int count;
  private long[][] chunks = {};
  private boolean few = true;

  /** Where the last block was found: WAL changes one place many times. */
  private int lastIndex;

  void add(int block) {
    if (few) {
      int index = search(block);
      if (index >= 0) {
        return;
      }
      if (count < FEW) {
        insert(~index, block);
        return;
      }
      becomeChunks();
    }
    long[] chunk = chunk(block >>> CHUNK_BITS);
    chunk[(block & CHUNK - 1) / Long.SIZE] |= 1L << block;
  }

  private static long[] full() {
    long[] full = new long[WORDS];
    Arrays.fill(full, -1L);
    return full;
  }

  /** Adds the blocks from {@code first} on, up to {@code behind}, which is not added. */
  void addRun(long first, long behind) {
    long at = first;
    while (at < behind) {
      long next = Math.min(behind, (at | CHUNK - 1) + 1);
      if (next - at == CHUNK) {
        if (few) {
          becomeChunks();
        }
        chunk((int) (at >>> CHUNK_BITS));
        chunks[lastIndex] = FULL;
      } else {
        for (long block = at; block < next; block++) {
          add((int) block);
        }
      }
      at = next;
    }
  }

  private void becomeChunks() {
    int[] blocks = Arrays.copyOf(numbers, count);
    few = false;
    count = 0;
    chunks = new long[numbers.length][];
    for (int block : blocks) {
      add(block);
    }
  }

  private long[] chunk(int number) {
    if (lastIndex < count && numbers[lastIndex] == number) {
      return chunks[lastIndex];
    }
    int index = search(number);
    if (index < 0) {
      index = ~index;
      insert(index, number);
      if (chunks.length < numbers.length) {
        chunks = Arrays.copyOf(chunks, numbers.length);
      }
      System.arraycopy(chunks, index, chunks, index + 1, count - 1 - index);
      chunks[index] = new long[WORDS];
    }
    lastIndex = index;
    return chunks[index];
  }

  private void insert(int index, int number) {
    if (count == numbers.length) {
      numbers = Arrays.copyOf(numbers, count + (count >> 1) + 1);
    }
    System.arraycopy(numbers, index, numbers, index + 1, count - index);
    numbers[index] = number;
    count++;
  }

  /** The place of a number, or the complement of where it would be. */
  private int search(int number) {
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = Integer.compareUnsigned(numbers[middle], number);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return ~low;
  }

  /** Takes out every block from {@code limit} on. */
  void cut(int limit) {
    if (few) {
      int index = search(limit);
      count = index < 0 ? ~index : index;
      return;
    }
    int index = search(limit >>> CHUNK_BITS);
    int kept = index < 0 ? ~index : index;
    if (index >= 0) {
      int inside = limit & CHUNK - 1;
      chunks[index] = chunks[index].clone();
      for (int word = inside / Long.SIZE; word < WORDS; word++) {
        boolean first = word == inside / Long.SIZE;
        chunks[index][word] &= first ? (1L << inside) - 1 : 0;
      }
      kept = isEmpty(chunks[index]) ? index : index + 1;
    }
    Arrays.fill(chunks, kept, count, null);
    count = kept;
  }

  private static boolean isEmpty(long[] chunk) {
    for (long word : chunk) {
      if (word != 0) {
        return false;
      }
    }
    return true;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** The first block of the set from {@code from} on; -1: there is none. */
  long next(long from) {
    if (from > 0xFFFF_FFFFL) {
      return -1;
    }
    if (few) {
      int index = search((int) from);
      int at = index < 0 ? ~index : index;
      return at < count ? Integer.toUnsignedLong(numbers[at]) : -1;
    }
    int number = (int) (from >>> CHUNK_BITS);
    int index = search(number);
    if (index >= 0) {
      long found = nextIn(index, (int) from & CHUNK - 1);
      if (found >= 0) {
        return found;
      }
    }
    int following = index < 0 ? ~index : index + 1;
    return following < count ? nextIn(following, 0) : -1;
  }

  private long nextIn(int index, int from) {
    long[] chunk = chunks[index];
    long word = chunk[from / Long.SIZE] & -1L << from;
    for (int i = from / Long.SIZE; ; word = chunk[i]) {
      if (word != 0) {
        int bit = i * Long.SIZE + Long.numberOfTrailingZeros(word);
        return ((long) numbers[index] << CHUNK_BITS) + bit;
      }
      if (++i == WORDS) {
        return -1;
      }
    }
  }

  /** The first block from {@code block} on that is not in the set; {@code block} is in it. */
  long runEnd(long block) {
    long at = block;
    while (next(at) == at) {
      at = few ? at + 1 : pastOnes(at);
    }
    return at;
  }

  /** Behind the ones that follow in the word of a block that is in the set. */
  private long pastOnes(long at) {
    long[] chunk = chunks[search((int) (at >>> CHUNK_BITS))];
    int bit = (int) at & CHUNK - 1;
    long ones = chunk[bit / Long.SIZE] >>> bit;
    return at + Math.min(Long.numberOfTrailingZeros(~ones), Long.SIZE - (bit & Long.SIZE - 1));
  }

  @SuppressWarnings("ReferenceEquality") // the shared one
  BlockSet copy() {
    BlockSet copy = new BlockSet();
    copy.few = few;
    copy.count = count;
    copy.numbers = Arrays.copyOf(numbers, Math.max(4, count));
    copy.chunks = new long[few ? 0 : copy.numbers.length][];
    for (int i = 0; !few && i < count; i++) {
      copy.chunks[i] = chunks[i] == FULL ? FULL : chunks[i].clone();
    }
    return copy;
  }
}
