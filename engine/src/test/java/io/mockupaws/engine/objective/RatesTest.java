package io.mockupaws.engine.objective;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.BackupId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** What a recovery would take, by what earlier ones took, and when a backup is due. */
class RatesTest {
  private static final long GB = 1_000_000_000L;
  private static final Duration HOUR = Duration.ofHours(1);

  /** 100 MB/s of files and 40 MB/s of WAL, beside the second that either part takes anyway. */
  private final Measurement slow = measured(10 * GB, 101, 4 * GB, 101);

  private final Measurement fast = measured(10 * GB, 51, 4 * GB, 51);
  private final Measurement faster = measured(10 * GB, 21, 4 * GB, 21);

  private static Measurement measured(long bytes, long files, long replayed, long replay) {
    return new Measurement(
        Instant.parse("2026-04-07T12:00:00Z"),
        "db2",
        new BackupId("20260407T110000Z-full-1a2b"),
        bytes,
        bytes,
        Duration.ofSeconds(files),
        replayed,
        Duration.ofSeconds(replay),
        Duration.ZERO);
  }

  @Test
  void whatWasMeasuredIsPredictedAgain() {
    Prediction prediction = Rates.of(List.of(slow)).predict(GB, 10 * GB, 4 * GB);
    assertThat(prediction.files()).isEqualTo(slow.files());
    assertThat(prediction.replay()).isEqualTo(slow.replay());
    assertThat(prediction.total()).isEqualTo(slow.recoveryTime());
  }

  @Test
  void theMedianCountsAndOfTwoTheSlower() {
    assertThat(Rates.of(List.of(faster, slow, fast))).isEqualTo(Rates.of(List.of(fast)));
    assertThat(Rates.of(List.of(faster, slow))).isEqualTo(Rates.of(List.of(slow)));
  }

  /** A start of programs is no rate, and a directory that had the files tells nothing of them. */
  @Test
  void whatTellsNothingOfARateIsNotTakenForOne() {
    assertThat(Rates.of(List.of(measured(30_000_000, 1, 20_000_000, 1))))
        .isEqualTo(Rates.assumed());
    Measurement delta =
        new Measurement(
            slow.at(),
            slow.host(),
            slow.backup(),
            slow.bytes(),
            slow.bytes() / 100,
            Duration.ofSeconds(5),
            slow.replayedBytes(),
            slow.replay(),
            slow.lost());
    assertThat(Rates.of(List.of(delta)).files()).isEmpty();
    assertThat(Rates.of(List.of(delta)).replay()).isPresent();
  }

  /** A server that forces very many files before it replays a little is not slow at replaying. */
  @Test
  void whatIsFixedIsTakenForNoRateHoweverLongItTakes() {
    Measurement many = measured(10 * GB, 101, 16_000_000, 20);
    for (List<Measurement> few : List.of(List.of(many), List.of(many, many, many, many, many))) {
      Rates rates = Rates.of(few);
      assertThat(rates.replay()).isEmpty();
      assertThat(rates.predict(0, 10 * GB, 2 * GB).replay()).isEqualTo(Duration.ofSeconds(60));
      assertThat(rates.predict(0, 10 * GB, 0).total()).isEqualTo(many.recoveryTime());
      BackupDue due = new BackupDue(HOUR, Duration.ofSeconds(10), 0);
      assertThat(due.isDue(rates.predict(0, 10 * GB, 2 * GB))).isFalse();
    }
    Measurement much = measured(10 * GB, 101, 4 * GB, 120);
    assertThat(Rates.of(List.of(many, much)).predict(0, 10 * GB, 4 * GB).replay())
        .isEqualTo(much.replay());
  }

  @Test
  void whereNothingWasMeasuredTheSlowerOfReadingAndWritingIsAssumed() {
    Prediction fetching = Rates.assumed().predict(GB, GB, 0);
    Prediction writing = Rates.assumed().predict(GB / 10, GB, 0);
    assertThat(fetching.files()).isEqualTo(Duration.ofSeconds(11));
    assertThat(writing.files()).isEqualTo(Duration.ofSeconds(6));
    assertThat(Rates.assumed().predict(0, 0, GB).replay()).isEqualTo(Duration.ofSeconds(21));
  }

  /** 101 s of files leave 3,499 s: 139.92 GB of WAL besides the second of its own. */
  @Test
  void aBackupIsDueBeforeTheReplayPassesWhatIsLeft() {
    Rates rates = Rates.of(List.of(slow));
    BackupDue due = new BackupDue(HOUR, Duration.ofSeconds(100), 10e6);
    Prediction early = rates.predict(0, 10 * GB, 138_900_000_000L);
    Prediction late = rates.predict(0, 10 * GB, 139_000_000_000L);
    assertThat(due.isDue(early)).isFalse();
    assertThat(late.total()).isLessThan(HOUR);
    assertThat(due.isDue(late)).isTrue();
  }

  /** A backup every few seconds would mend nothing. */
  @Test
  void whereTheFilesAloneTakeTooLongBackupsAreFewAllTheSame() {
    Rates rates = Rates.of(List.of(slow));
    BackupDue due = new BackupDue(HOUR, Duration.ofSeconds(10), 0);
    assertThat(due.isDue(rates.predict(0, 1_000 * GB, GB))).isFalse();
    assertThat(due.isDue(rates.predict(0, 1_000 * GB, 14 * GB))).isFalse();
    assertThat(due.isDue(rates.predict(0, 1_000 * GB, 15 * GB))).isTrue();
  }

  /** 58 min of files and 3 of replay: a backup mends it, and one is taken. */
  @Test
  void oneIsTakenThatMendsItHoweverLittleIsToReplay() {
    Rates rates = Rates.of(List.of(slow));
    BackupDue due = new BackupDue(HOUR, Duration.ofSeconds(10), 0);
    assertThat(due.isDue(rates.predict(0, 348 * GB, 7_200_000_000L))).isTrue();
    assertThat(due.isDue(rates.predict(0, 348 * GB, 1_000_000_000L))).isFalse();
  }

  /** What a start takes is no replay: nothing would be saved by a backup of an idle server. */
  @Test
  void noneIsTakenOfAnIdleServer() {
    BackupDue due = new BackupDue(Duration.ofSeconds(3), Duration.ofSeconds(10), 0);
    assertThat(due.isDue(Rates.assumed().predict(0, GB, 0))).isFalse();
    assertThat(due.isDue(Rates.assumed().predict(0, GB, 1_000_000))).isFalse();
  }

  @Test
  void tellsWhenTheObjectiveIsPassed() {
    Prediction prediction = Rates.of(List.of(slow)).predict(0, 10 * GB, 4 * GB);
    assertThat(prediction.passes(Duration.ofSeconds(302), OptionalDouble.of(4e6)))
        .contains(Duration.ofSeconds(1_000));
    assertThat(prediction.passes(Duration.ofSeconds(200), OptionalDouble.of(4e6)))
        .contains(Duration.ZERO);
    assertThat(prediction.passes(HOUR, OptionalDouble.empty())).isEqualTo(Optional.empty());
    assertThat(prediction.passes(HOUR, OptionalDouble.of(0))).isEmpty();
  }
}
