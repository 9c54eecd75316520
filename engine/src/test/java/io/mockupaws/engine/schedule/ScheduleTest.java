package io.mockupaws.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.engine.schedule.Due.Done;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  private static final Schedule DAILY = Schedule.parse("0 2 * * *");

  /** What crontab(5) says of each; 2026-04-07 is a Tuesday. */
  @ParameterizedTest
  @CsvSource({
    "0 2 * * *, 2026-04-07T01:59:59Z, 2026-04-06T02:00:00Z, 2026-04-07T02:00:00Z",
    "0 2 * * *, 2026-04-07T02:00:00Z, 2026-04-07T02:00:00Z, 2026-04-08T02:00:00Z",
    "0 2 * * *, 2026-04-07T02:00:00.5Z, 2026-04-07T02:00:00Z, 2026-04-08T02:00:00Z",
    "0 3 * * 0, 2026-04-07T12:00:00Z, 2026-04-05T03:00:00Z, 2026-04-12T03:00:00Z",
    "0 3 * * 7, 2026-04-07T12:00:00Z, 2026-04-05T03:00:00Z, 2026-04-12T03:00:00Z",
    "*/15 * * * *, 2026-04-07T12:07:00Z, 2026-04-07T12:00:00Z, 2026-04-07T12:15:00Z",
    "0 0 29 2 *, 2026-04-07T12:00:00Z, 2024-02-29T00:00:00Z, 2028-02-29T00:00:00Z",
    "30 1-3 * * 1-5, 2026-04-06T00:00:00Z, 2026-04-03T03:30:00Z, 2026-04-06T01:30:00Z"
  })
  void hasTheTimesOfCron(String cron, Instant moment, Instant last, Instant next) {
    Schedule schedule = Schedule.parse(cron);
    assertThat(schedule.atOrBefore(moment)).contains(last);
    assertThat(schedule.after(moment)).contains(next);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "daily", "0 2 * *", "0 25 * * *", "60 2 * * *", "0 2 * * * *", "0 0 30 2 *"})
  void refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> Schedule.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  private static Instant at(String time) {
    return Instant.parse("2026-04-" + time + "Z");
  }

  private static Done success(String from, String to) {
    return new Done(at(from), Optional.of(at(to)), true);
  }

  private static Done failure(String from, String to) {
    return new Done(at(from), Optional.of(at(to)), false);
  }

  @Test
  void whatWasNeverDoneIsDue() {
    assertThat(Due.now(DAILY, List.of(), at("07T12:00:00"))).isTrue();
  }

  @Test
  void itIsDueOnceATime() {
    List<Done> yesterday = List.of(success("06T02:00:01", "06T02:10:00"));
    assertThat(Due.now(DAILY, yesterday, at("07T01:59:59"))).isFalse();
    assertThat(Due.now(DAILY, yesterday, at("07T02:00:00"))).isTrue();
    List<Done> today = List.of(success("07T02:00:01", "07T02:10:00"));
    assertThat(Due.now(DAILY, today, at("07T23:00:00"))).isFalse();
  }

  /** Nobody was there at two: whoever begins at nine does it. */
  @Test
  void aMissedRunIsCaughtUp() {
    List<Done> before = List.of(success("05T02:00:01", "05T02:10:00"));
    assertThat(Due.now(DAILY, before, at("07T09:00:00"))).isTrue();
  }

  /** One that began before the time is of the day before, whenever it ended. */
  @Test
  void aRunThatBeganBeforeTheTimeDoesNotCount() {
    List<Done> early = List.of(success("07T01:50:00", "07T02:30:00"));
    assertThat(Due.now(DAILY, early, at("07T02:31:00"))).isTrue();
  }

  @Test
  void aFailedRunIsTriedAgainAfterLongerAndLongerPauses() {
    List<Done> once = List.of(failure("07T02:00:00", "07T02:05:00"));
    assertThat(Due.now(DAILY, once, at("07T02:14:59"))).isFalse();
    assertThat(Due.now(DAILY, once, at("07T02:15:00"))).isTrue();
    List<Done> twice =
        List.of(failure("07T02:00:00", "07T02:05:00"), failure("07T02:15:00", "07T02:16:00"));
    assertThat(Due.now(DAILY, twice, at("07T02:35:59"))).isFalse();
    assertThat(Due.now(DAILY, twice, at("07T02:36:00"))).isTrue();
    List<Done> later =
        List.of(failure("07T02:00:00", "07T02:05:00"), success("07T02:15:00", "07T02:16:00"));
    assertThat(Due.now(DAILY, later, at("07T09:00:00"))).isFalse();
  }

  @Test
  void aMissedTimeIsTold() {
    List<Done> before = List.of(success("06T02:00:01", "06T02:10:00"));
    Duration window = Duration.ofHours(2);
    assertThat(Due.missed(DAILY, before, window, at("07T03:59:59"))).isEmpty();
    assertThat(Due.missed(DAILY, before, window, at("07T04:00:00"))).contains(at("07T02:00:00"));
  }
}
