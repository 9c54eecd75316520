package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.TimelineHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RouteTest {
  private static final int SEGMENT = 1 << 20;
  private static final Timeline ONE = new Timeline(1);
  private static final Timeline TWO = new Timeline(2);
  private static final Timeline FOUR = new Timeline(4);
  private static final Lsn FORK = new Lsn((5L << 20) + 800);

  private static final TimelineHistory HISTORY =
      new TimelineHistory(
          FOUR,
          List.of(
              new TimelineHistory.Switch(ONE, FORK, ""),
              new TimelineHistory.Switch(TWO, new Lsn(9L << 20), "")));

  private static Route.Leg next(Timeline ours, long at, Timeline theirs, long flushed) {
    TimelineHistory history =
        theirs.equals(FOUR) ? HISTORY : new TimelineHistory(theirs, List.of());
    return Route.next(
        new Position(ours, new Lsn(at)),
        new ServerIdentity(
            1, theirs, new Lsn(flushed), false, SEGMENT, Duration.ZERO, Optional.of(Instant.EPOCH)),
        history,
        SEGMENT);
  }

  @Test
  void onTheSameTimelineItGoesOn() {
    assertThat(next(ONE, 100, ONE, 100)).isEqualTo(new Route.GoOn(Optional.empty()));
  }

  @Test
  void aTimelineThatWasLeftIsCompletedFirst() {
    assertThat(next(ONE, FORK.value() - 1, FOUR, 100 << 20))
        .isEqualTo(new Route.GoOn(Optional.of(FORK)));
  }

  @Test
  void thenTheNextBeginsWithItsSegment() {
    assertThat(next(ONE, FORK.value(), FOUR, 100 << 20))
        .isEqualTo(new Route.Fork(new Position(TWO, new Lsn(5L << 20)), FORK));
    assertThat(next(TWO, 9L << 20, FOUR, 100 << 20))
        .isEqualTo(new Route.Fork(new Position(FOUR, new Lsn(9L << 20)), new Lsn(9L << 20)));
  }

  @Test
  void ourJournalMayBeAheadOfTheFork() {
    assertThat(next(ONE, FORK.value() + 4096, FOUR, 100 << 20)).isInstanceOf(Route.Fork.class);
  }

  @Test
  void anotherBranchIsAnotherLife() {
    assertThat(code(() -> next(new Timeline(3), 100, FOUR, 100 << 20)))
        .isEqualTo(ErrorCode.OTHER_LIFE);
    assertThat(code(() -> next(TWO, 100, ONE, 100 << 20))).isEqualTo(ErrorCode.OTHER_LIFE);
    assertThat(code(() -> next(ONE, 101, ONE, 100))).isEqualTo(ErrorCode.OTHER_LIFE);
  }

  @Test
  void aStandbyMayBeBehindForAWhile() {
    assertThat(
            code(
                () ->
                    Route.next(
                        new Position(ONE, new Lsn(101)),
                        new ServerIdentity(
                            1,
                            ONE,
                            new Lsn(100),
                            true,
                            SEGMENT,
                            Duration.ZERO,
                            Optional.of(Instant.EPOCH)),
                        new TimelineHistory(ONE, List.of()),
                        SEGMENT)))
        .isEqualTo(ErrorCode.SERVER_ERROR);
  }

  private static ErrorCode code(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return catchThrowableOfType(Failure.class, call).code();
  }
}
