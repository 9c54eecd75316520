package io.mockupaws.engine.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.cluster.ServerFacts;
import io.mockupaws.engine.doctor.Check.State;
import io.mockupaws.engine.journal.Arrivals;
import io.mockupaws.engine.journal.Behind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What WAL comes and how fast, against what is promised. */
class WalChecksTest {
  private static final Instant NOW = Instant.parse("2026-04-07T12:30:00Z");
  private static final Duration RPO = Duration.ofMinutes(5);

  @ParameterizedTest
  @CsvSource({"1000, 10000, OK", "6000, 10000, WARNING", "20000, 10000, FAILED"})
  void comparesWhatIsWrittenWithWhatIsCarried(double written, double carried, State state) {
    assertThat(WalChecks.carry(OptionalDouble.of(written), OptionalDouble.of(carried)).state())
        .isEqualTo(state);
  }

  @Test
  void withoutOneOfBothItCannotBeTold() {
    assertThat(WalChecks.carry(OptionalDouble.empty(), OptionalDouble.of(1)).state())
        .isEqualTo(State.UNKNOWN);
    assertThat(WalChecks.carry(OptionalDouble.of(1), OptionalDouble.empty()).state())
        .isEqualTo(State.UNKNOWN);
  }

  @Test
  void anHourlyCronAloneCannotKeepFiveMinutes() {
    Check check = rpo(Optional.of(false), Optional.empty(), Optional.of(hourly()));

    assertThat(check.state()).isEqualTo(State.FAILED);
    assertThat(check.what()).contains("up to 60 min pass").contains("objective is 5 min");
    assertThat(check.next()).contains("mockupaws stream");
  }

  @Test
  void nobodyAtAllIsNamed() {
    Check check = rpo(Optional.of(false), Optional.empty(), Optional.empty());

    assertThat(check.state()).isEqualTo(State.FAILED);
    assertThat(check.what()).contains("nobody streams, and no WAL came in");
  }

  @ParameterizedTest
  @CsvSource({"1, OK", "301, FAILED"})
  void aStreamIsJudgedByWhatItIsBehind(long seconds, State state) {
    Behind behind = new Behind(5, Optional.of(Duration.ofSeconds(seconds)));

    assertThat(rpo(Optional.of(true), Optional.of(behind), Optional.empty()).state())
        .isEqualTo(state);
  }

  @Test
  void aTailThatWaitsLongerThanTheObjectiveFails() {
    Check check =
        WalChecks.rpo(
            Duration.ofMillis(100),
            Duration.ofSeconds(1),
            Optional.of(true),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            NOW);

    assertThat(check.state()).isEqualTo(State.FAILED);
  }

  @ParameterizedTest
  @CsvSource({
    "mockupaws wal push %p, 60, OK",
    "mockupaws wal push %p, 0, FAILED",
    "cp %p /x/%f, 60, FAILED"
  })
  void archivingByOursCountsWithItsTimeout(String command, String timeout, State state) {
    Map<String, String> settings =
        Map.of("archive_mode", "on", "archive_command", command, "archive_timeout", timeout);

    Check check =
        WalChecks.rpo(
            RPO,
            Duration.ofSeconds(1),
            Optional.of(false),
            Optional.empty(),
            Optional.of(facts(settings)),
            Optional.of(hourly()),
            NOW);

    assertThat(check.state()).isEqualTo(state);
  }

  @Test
  void whetherSomebodyStreamsMayBeUnknown() {
    assertThat(rpo(Optional.empty(), Optional.empty(), Optional.empty()).state())
        .isEqualTo(State.UNKNOWN);
  }

  private static Check rpo(
      Optional<Boolean> streaming, Optional<Behind> behind, Optional<Arrivals> arrivals) {
    return WalChecks.rpo(
        RPO, Duration.ofSeconds(1), streaming, behind, Optional.empty(), arrivals, NOW);
  }

  /** At each full hour of half a day, the last one half an hour ago. */
  private static Arrivals hourly() {
    List<Instant> times =
        IntStream.rangeClosed(0, 12)
            .mapToObj(h -> Instant.parse("2026-04-07T00:00:00Z").plus(Duration.ofHours(h)))
            .toList();
    return new Arrivals(times, Optional.empty());
  }

  private static ServerFacts facts(Map<String, String> settings) {
    return new ServerFacts(
        180_006,
        1,
        new Timeline(1),
        16 << 20,
        8192,
        131_072,
        1,
        "/data",
        0700,
        true,
        false,
        "UTF8",
        "UTC",
        NOW,
        settings,
        List.of());
  }
}
