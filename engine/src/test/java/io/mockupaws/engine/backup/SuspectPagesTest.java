package io.mockupaws.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.PageFinding;
import java.util.Comparator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuspectPagesTest {
  private static final Lsn START = Lsn.parse("1/1000");
  private static final Lsn STOP = Lsn.parse("1/9000");

  @ParameterizedTest
  @CsvSource({
    "BAD_CHECKSUM, 0/0, true",
    "BAD_CHECKSUM, 1/0FFF, true",
    "BAD_CHECKSUM, 1/1000, true",
    "BAD_CHECKSUM, 1/1001, false",
    "BAD_CHECKSUM, 1/9000, false",
    "BAD_CHECKSUM, 1/9001, true",
    "BAD_CHECKSUM, FFFFFFFF/FFFFFFFF, true",
    "BAD_HEADER, 1/1001, true",
    "NEW_WITH_BYTES, 1/1001, true",
  })
  void onlyReplayBetweenStartAndStopMakesAPageWhole(PageFinding finding, String lsn, boolean bad) {
    SuspectPages suspects = new SuspectPages();
    suspects.add("base/5/1", 3, finding, Lsn.parse(lsn).value());
    assertThat(suspects.settle(START, STOP).count()).isEqualTo(bad ? 1 : 0);
  }

  @Test
  void countsWhatItDoesNotList() {
    SuspectPages suspects = new SuspectPages();
    for (int block = SuspectPages.LIMIT + 4; block >= 0; block--) {
      suspects.add("base/5/1", block, PageFinding.BAD_CHECKSUM, 0);
    }
    suspects.add("base/5/2", 0, PageFinding.BAD_CHECKSUM, 0);
    SuspectPages.Settled settled = suspects.settle(START, STOP);
    assertThat(settled.pages()).hasSize(SuspectPages.LIMIT);
    assertThat(settled.pages())
        .isSortedAccordingTo(Comparator.comparingLong(SuspectPages.Suspect::block));
    assertThat(settled.further()).containsEntry("base/5/1", 5L).containsEntry("base/5/2", 1L);
    assertThat(settled.count()).isEqualTo(SuspectPages.LIMIT + 6L);
  }
}
