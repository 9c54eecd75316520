package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.TimelineHistory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class JournalViewTest {
  private static final Timeline ONE = new Timeline(1);
  private static final Timeline TWO = new Timeline(2);
  private static final Timeline THREE = new Timeline(3);
  private static final Timeline SIX = new Timeline(6);

  /** Of 3 there is a file, of its ancestor 2 none; of 6 there is nothing but WAL. */
  @Test
  void everyTimelineButTheFirstHasAHistory() {
    TimelineHistory.Switch toTwo = new TimelineHistory.Switch(ONE, new Lsn(100), "a");
    TimelineHistory.Switch toThree = new TimelineHistory.Switch(TWO, new Lsn(200), "b");
    TimelineHistory three = new TimelineHistory(THREE, List.of(toTwo, toThree));
    JournalView view =
        new JournalView(
            1 << 20,
            new TreeMap<>(
                Map.of(
                    ONE, List.of(new Stretch(ONE, new Lsn(1 << 20), new Lsn(2 << 20))),
                    SIX, List.of(new Stretch(SIX, new Lsn(1 << 20), new Lsn(2 << 20))))),
            Map.of(),
            new TreeMap<>(Map.of(THREE, three)),
            List.of(),
            List.of(),
            Optional.empty(),
            List.of(),
            Map.of());
    assertThat(view.allHistories())
        .containsExactly(
            new TimelineHistory(TWO, List.of(toTwo)), three, new TimelineHistory(SIX, List.of()));
  }
}
