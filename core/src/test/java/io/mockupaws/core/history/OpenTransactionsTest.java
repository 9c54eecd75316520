package io.mockupaws.core.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OpenTransactionsTest {

  /** Against a map, over random begins and ends, also where ids wrap around. */
  @Test
  void keepsEachTransactionUntilItEnds() {
    SplittableRandom random = new SplittableRandom(7);
    OpenTransactions open = new OpenTransactions();
    Map<Integer, Long> model = new HashMap<>();
    int next = Integer.MAX_VALUE - 20_000;
    for (int step = 0; step < 200_000; step++) {
      if (random.nextInt(2) == 0 || model.isEmpty()) {
        int id = next + random.nextInt(500) * 1024;
        next++;
        long lsn = model.computeIfAbsent(id, _ -> random.nextLong());
        assertThat(open.get(id, lsn).first).isEqualTo(lsn);
      } else {
        List<Integer> ids = new ArrayList<>(model.keySet().stream().limit(20).toList());
        int id = ids.get(random.nextInt(ids.size()));
        Transaction ended = open.take(id);
        assertThat(ended).isNotNull();
        assertThat(ended.first).isEqualTo(model.remove(id));
        assertThat(open.has(id)).isFalse();
        open.release(ended);
      }
    }
    model.forEach((id, lsn) -> assertThat(open.get(id, 0).first).isEqualTo(lsn));
  }

  @Test
  void forgetsWhatACrashLeft() {
    OpenTransactions open = new OpenTransactions();
    open.get(-5, 1);
    open.get(3, 2);
    open.get(9, 3);
    open.endBefore(9, (_, _) -> {});
    assertThat(open.has(-5)).isFalse();
    assertThat(open.has(3)).isFalse();
    assertThat(open.has(9)).isTrue();
  }
}
