package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tail's pace with a clock of its own: how old bytes are when their piece is begun. */
class TailPaceTest {
  private static final long MILLI = 1_000_000;

  /** The oldest byte of a piece when it was begun and when it was stored, in milliseconds. */
  private record Age(long begun, long stored) {}

  /**
   * Bytes come every so often for a minute; an upload takes so long; a piece has everything that
   * had come when it was begun.
   */
  private static List<Age> minute(long intervalMillis, long everyMillis, long uploadMillis) {
    TailPace pace = new TailPace(Duration.ofMillis(intervalMillis), 0);
    List<Age> ages = new ArrayList<>();
    long oldest = -1;
    long busyUntil = 0;
    for (long now = 0; now < 60_000; now++) {
      if (now % everyMillis == 0 && oldest < 0) {
        oldest = now;
      }
      if (oldest >= 0 && now >= busyUntil && pace.left(now * MILLI) <= 0) {
        pace.begin(now * MILLI);
        busyUntil = now + uploadMillis;
        ages.add(new Age(now - oldest, busyUntil - oldest));
        oldest = -1;
      }
    }
    return ages;
  }

  private static long oldest(List<Age> ages) {
    return ages.stream().mapToLong(Age::stored).max().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "500, 1, 0",
    "500, 1, 100",
    "500, 7, 499",
    "2000, 1, 300",
    "500, 450, 20",
    "500, 5000, 20"
  })
  void bytesThatKeepComingWaitOneIntervalAtMost(long interval, long every, long upload) {
    List<Age> ages = minute(interval, every, upload);
    assertThat(ages.stream().mapToLong(Age::begun).max().orElseThrow())
        .isLessThanOrEqualTo(interval);
    assertThat(ages.getFirst().begun()).as("the first bytes do not wait").isZero();
  }

  /** Half of the promise is for the pause, half for the store. */
  @ParameterizedTest
  @CsvSource({"1000, 1", "1000, 499", "4000, 1999", "10, 4"})
  void theWholeTimeIsKeptWhileTheStoreIsNoSlowerThanHalfOfIt(long tail, long upload) {
    assertThat(oldest(minute(tail / 2, 1, upload))).isLessThanOrEqualTo(tail);
  }

  /** Then what came in during one upload goes with the next, without a pause. */
  @Test
  void aSlowStoreIsNeverWaitedForTwice() {
    long upload = 1_700;
    assertThat(oldest(minute(500, 1, upload))).isLessThanOrEqualTo(2 * upload);
  }

  /** Pieces cost requests: there are no more of them than the setting allows. */
  @ParameterizedTest
  @CsvSource({"500, 120", "2000, 30"})
  void noMorePiecesThanOneAnInterval(long interval, int most) {
    assertThat(minute(interval, 1, 10)).hasSizeLessThanOrEqualTo(most);
  }

  @Test
  void byDefaultAPieceIsBegunTwiceASecond() {
    assertThat(JournalSettings.of(Path.of("/spool"), "slot").tailInterval())
        .isEqualTo(Duration.ofMillis(500));
  }
}
