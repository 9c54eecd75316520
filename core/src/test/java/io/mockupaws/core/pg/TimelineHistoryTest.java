package io.mockupaws.core.pg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimelineHistoryTest {
  /** As a server wrote it after two promotions. */
  private static final String WRITTEN =
      "1\t0/A000198\tbefore 2000-01-01 00:00:00+00\n\n2\t0/B000000\tno recovery target specified\n";

  private final TimelineHistory history = TimelineHistory.parse(new Timeline(5), WRITTEN);

  @Test
  void readsAndWritesWhatAServerWrites() {
    assertThat(history.ancestors())
        .containsExactly(
            new TimelineHistory.Switch(
                new Timeline(1), Lsn.parse("0/A000198"), "before 2000-01-01 00:00:00+00"),
            new TimelineHistory.Switch(
                new Timeline(2), Lsn.parse("0/B000000"), "no recovery target specified"));
    assertThat(history.format()).isEqualTo(WRITTEN);
  }

  @Test
  void findsTheTimelineOfAPosition() {
    assertThat(history.timelineAt(Lsn.parse("0/A000197"))).isEqualTo(new Timeline(1));
    assertThat(history.timelineAt(Lsn.parse("0/A000198"))).isEqualTo(new Timeline(2));
    assertThat(history.timelineAt(Lsn.parse("0/B000000"))).isEqualTo(new Timeline(5));
    assertThat(history.leftAt(new Timeline(2))).contains(Lsn.parse("0/B000000"));
    assertThat(history.leftAt(new Timeline(5))).isEmpty();
    assertThat(history.leftAt(new Timeline(3))).isEmpty();
    assertThat(history.begin()).isEqualTo(Lsn.parse("0/B000000"));
    assertThat(new TimelineHistory(new Timeline(1), List.of()).begin()).isEqualTo(Lsn.ZERO);
  }

  @Test
  void passesOverCommentsAndTakesLinesWithoutAReason() {
    TimelineHistory read =
        TimelineHistory.parse(new Timeline(3), "# by hand\n\n  1  0/0A000198\n 2\tF/10\tx\ty\r\n");
    assertThat(read.ancestors())
        .containsExactly(
            new TimelineHistory.Switch(new Timeline(1), Lsn.parse("0/A000198"), ""),
            new TimelineHistory.Switch(new Timeline(2), Lsn.parse("F/10"), "x\ty"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2\t0/1\n1\t0/2\n",
        "1\t0/1\n1\t0/2\n",
        "5\t0/1\n",
        "0\t0/1\n",
        "4294967296\t0/1\n",
        "1\n",
        "1\tzero\n",
        "x\t0/1\n"
      })
  void refusesWhatPostgresRefuses(String text) {
    assertThatThrownBy(() -> TimelineHistory.parse(new Timeline(5), text))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.WAL_DAMAGED));
  }
}
