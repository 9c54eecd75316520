package io.mockupaws.engine.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.TimelineHistory;
import java.util.List;
import org.junit.jupiter.api.Test;

class WayTest {
  private static final Way WAY =
      new Way(
          TimelineHistory.parse(new Timeline(3), "1\t0/5000000\tpromoted\n2\t0/7000000\tagain\n"));

  /** An event keeps its name when the segment it is in is copied into the next timeline. */
  @Test
  void aPositionBelongsToTheTimelineItWasWrittenOn() {
    assertThat(timelines("0/4FFFFF8", "0/5000000", "0/6FFFFF8", "0/7000000"))
        .containsExactly(1, 2, 2, 3);
  }

  private static List<Integer> timelines(String... positions) {
    return List.of(positions).stream().map(text -> WAY.at(Lsn.parse(text)).id()).toList();
  }

  @Test
  void whatALeftTimelineWroteBehindTheForkIsNotOnTheWay() {
    assertThat(WAY.has(new Timeline(1), Lsn.parse("0/5000000"))).isTrue();
    assertThat(WAY.has(new Timeline(1), Lsn.parse("0/5000008"))).isFalse();
    assertThat(WAY.has(new Timeline(2), Lsn.parse("0/6000000"))).isTrue();
    assertThat(WAY.has(new Timeline(4), Lsn.parse("0/6000000"))).isFalse();
  }
}
