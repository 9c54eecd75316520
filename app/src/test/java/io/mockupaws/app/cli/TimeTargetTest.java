package io.mockupaws.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeTargetTest {

  @ParameterizedTest
  @CsvSource({
    "2026-04-07 14:30:00,               2026-04-07T14:30:00Z",
    "2026-04-07T14:30:00,               2026-04-07T14:30:00Z",
    "2026-04-07 14:30,                  2026-04-07T14:30:00Z",
    "2026-04-07,                        2026-04-07T00:00:00Z",
    "2026-04-07 14:30:00Z,              2026-04-07T14:30:00Z",
    "2026-04-07 14:30:00.123456+02,     2026-04-07T12:30:00.123456Z",
    "2026-04-07 14:30:00 +0200,         2026-04-07T12:30:00Z",
    "2026-04-07 14:30:00-05:30,         2026-04-07T20:00:00Z",
    "2026-04-07 14:30:00 Europe/Berlin, 2026-04-07T12:30:00Z",
    "2026-04-07T14:30:00[Europe/Berlin],2026-04-07T12:30:00Z",
    "2026-04-07 14:30:00 UTC,           2026-04-07T14:30:00Z",
    "2026-04-07 14:30:00 America/Argentina/Buenos_Aires, 2026-04-07T17:30:00Z",
    "' 2026-04-07 14:30:00 ',           2026-04-07T14:30:00Z"
  })
  void readsEveryForm(String text, String instant) {
    assertThat(TimeTarget.parse(text)).isEqualTo(new TimeTarget.At(Instant.parse(instant)));
  }

  @Test
  void nowIsTheNewest() {
    assertThat(TimeTarget.parse("now")).isEqualTo(new TimeTarget.Newest());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "14:30",
        "2026-02-30 10:00",
        "2026-04-07 25:00:00",
        "2026-04-07 14:30:00 Europe/Berlim",
        "2026-04-07 14:30:00+99",
        "2026-04-07 14:30:00.1234567",
        "07.04.2026 14:30"
      })
  void refusesWhatIsNoTime(String text) {
    Failure failure = catchThrowableOfType(Failure.class, () -> TimeTarget.parse(text));
    assertThat(failure.code()).isEqualTo(ErrorCode.BAD_TIME);
    assertThat(failure.nextStep()).contains("2026-04-07 14:30:00+02");
  }

  @Test
  void theDoubleHourIsAskedBack() {
    Failure failure =
        catchThrowableOfType(
            Failure.class, () -> TimeTarget.parse("2026-10-25 02:30:00 Europe/Berlin"));
    assertThat(failure.code()).isEqualTo(ErrorCode.TARGET_AMBIGUOUS);
    assertThat(failure.what()).contains("happened twice in Europe/Berlin");
    assertThat(failure.nextStep())
        .isEqualTo("give one of the two: '2026-10-25T00:30:00Z' or '2026-10-25T01:30:00Z'");
    assertThat(TimeTarget.parse("2026-10-25T00:30:00Z")).isInstanceOf(TimeTarget.At.class);
  }

  @Test
  void theMissingHourIsAskedBack() {
    Failure failure =
        catchThrowableOfType(
            Failure.class, () -> TimeTarget.parse("2026-03-29 02:30:00 Europe/Berlin"));
    assertThat(failure.code()).isEqualTo(ErrorCode.TARGET_AMBIGUOUS);
    assertThat(failure.nextStep()).contains("'2026-03-29T00:30:00Z' or '2026-03-29T01:30:00Z'");
  }
}
