package io.mockupaws.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class WorkQueueTest {
  private static final int BATCH = 4 << 20;

  private static Listing listing(List<Long> sizes) {
    Listing listing = new Listing(new Exclusions("PG_17_202406281", 17, List.of()));
    for (int i = 0; i < sizes.size(); i++) {
      listing.addFile("base/5/" + (i + 1), sizes.get(i), Instant.EPOCH, Instant.EPOCH, 0600);
    }
    return listing.seal();
  }

  private static List<int[]> drain(WorkQueue queue) {
    List<int[]> all = new ArrayList<>();
    for (int[] work = queue.next(); work.length > 0; work = queue.next()) {
      all.add(work);
    }
    assertThat(queue.next()).isEmpty();
    return all;
  }

  @Property(tries = 300)
  void handsEveryFileOutOnce(
      @ForAll @Size(max = 2000) List<@LongRange(min = 0, max = 20L << 20) Long> sizes) {
    List<int[]> work = drain(new WorkQueue(listing(sizes), BATCH, _ -> false));
    assertThat(work.stream().flatMapToInt(Arrays::stream).sorted())
        .containsExactlyElementsOf(IntStream.range(0, sizes.size()).boxed().toList());
    for (int[] files : work) {
      long bytes = Arrays.stream(files).mapToLong(sizes::get).sum();
      assertThat(files.length == 1 || bytes <= BATCH).isTrue();
      assertThat(files.length).isLessThanOrEqualTo(256);
    }
  }

  @Test
  void beginsWithTheLargestFile() {
    long mib = 1 << 20;
    List<int[]> work =
        drain(
            new WorkQueue(
                listing(List.of(5L, 3 * mib, 9000 * mib, 7L, 1024 * mib)), BATCH, _ -> false));
    assertThat(work.stream().map(Arrays::toString)).containsExactly("[2]", "[4]", "[1]", "[0, 3]");
  }

  @Test
  void passesOverWhatWasLeftOut() {
    Listing listing = new Listing(new Exclusions("PG_17_202406281", 17, List.of()));
    listing.addFile("base/5/1", 5 << 20, Instant.EPOCH, Instant.EPOCH, 0600);
    listing.addFile("base/5/1_init", 0, Instant.EPOCH, Instant.EPOCH, 0600);
    listing.addFile("base/5/1_fsm", 8192, Instant.EPOCH, Instant.EPOCH, 0600);
    listing.seal();
    assertThat(drain(new WorkQueue(listing, BATCH, _ -> false)).stream().map(Arrays::toString))
        .containsExactly("[1]");
  }
}
