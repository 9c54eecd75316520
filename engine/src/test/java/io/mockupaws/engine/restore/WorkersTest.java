package io.mockupaws.engine.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WorkersTest {
  private static final int JOBS = 3;

  /** Each item waits for as many others as there are jobs: with fewer at once none would end. */
  @Test
  void soManyAreWorkedOnAtOnceAndNoMore() {
    CyclicBarrier together = new CyclicBarrier(JOBS);
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Set<Integer> done = ConcurrentHashMap.newKeySet();
    List<Integer> items = IntStream.range(0, 10 * JOBS).boxed().toList();
    new Workers(JOBS, new Cancel())
        .forEach(
            items.iterator(),
            item -> {
              most.accumulateAndGet(now.incrementAndGet(), Math::max);
              await(together);
              now.decrementAndGet();
              done.add(item);
            });
    assertThat(done).containsExactlyInAnyOrderElementsOf(items);
    assertThat(most).hasValue(JOBS);
  }

  private static void await(CyclicBarrier together) {
    try {
      together.await(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException("fewer were at work than were to be", e);
    }
  }
}
