package io.mockupaws.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.BackupKind;
import io.mockupaws.core.format.CorruptPage;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.pg.TimelineHistory;
import io.mockupaws.engine.cluster.ServerFacts;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a backup must be so that an incremental one may build on it. */
class BaseFinderTest {
  private static final Timeline ONE = new Timeline(1);
  private static final Timeline TWO = new Timeline(2);
  private static final Timeline THREE = new Timeline(3);
  private static final int MIB = 1 << 20;

  private static ServerFacts facts(long system, int version, int blockSize, boolean checksums) {
    return new ServerFacts(
        version,
        system,
        ONE,
        16 * MIB,
        blockSize,
        131_072,
        202_506_291,
        "/data",
        0700,
        checksums,
        false,
        "UTF8",
        "UTC",
        Instant.EPOCH,
        Map.of(),
        List.of());
  }

  private static ManifestHead head(Timeline timeline, long stop, int corrupt) {
    return new ManifestHead(
        new BackupId("20260407T120000Z-full-1a2b"),
        BackupKind.FULL,
        "c",
        7,
        180_006,
        timeline,
        new Lsn(stop - 1000),
        new Lsn(stop),
        Instant.EPOCH,
        Instant.EPOCH,
        16 * MIB,
        8192,
        true,
        "",
        false,
        "sql",
        "/data",
        0700,
        Map.of(),
        List.of(),
        0,
        0,
        0,
        Collections.nCopies(corrupt, new CorruptPage("base/5/1", 0, "", "")));
  }

  @Test
  void itIsOfTheSameClusterAndTheSameForm() {
    ManifestHead head = head(ONE, 5000, 3);
    assertThat(BaseFinder.obstacle(head, facts(7, 180_006, 8192, true))).isEmpty();
    assertThat(BaseFinder.obstacle(head, facts(7, 180_009, 8192, true))).isEmpty();
    assertThat(BaseFinder.obstacle(head, facts(8, 180_006, 8192, true))).isPresent();
    assertThat(BaseFinder.obstacle(head, facts(7, 170_006, 8192, true))).isPresent();
    assertThat(BaseFinder.obstacle(head, facts(7, 180_006, 16_384, true))).isPresent();
    assertThat(BaseFinder.obstacle(head, facts(7, 180_006, 8192, false)).orElseThrow())
        .contains("checksums");
    assertThat(BaseFinder.obstacle(head(ONE, 5000, 10_000), facts(7, 180_006, 8192, true)))
        .as("there may be more damaged pages than are listed")
        .isPresent();
  }

  /** Timeline 3 left 1 at 6000; 2 left it elsewhere. */
  @Test
  void itWasStoppedBeforeTheServersWayLeftItsTimeline() {
    TimelineHistory three =
        new TimelineHistory(THREE, List.of(new TimelineHistory.Switch(ONE, new Lsn(6000), "")));
    Optional<TimelineHistory> known = Optional.of(three);
    assertThat(BaseFinder.onTheWay(head(THREE, 9000, 0), THREE, known)).isEmpty();
    assertThat(BaseFinder.onTheWay(head(ONE, 5999, 0), THREE, known)).isEmpty();
    assertThat(BaseFinder.onTheWay(head(ONE, 6000, 0), THREE, known)).isEmpty();
    assertThat(BaseFinder.onTheWay(head(ONE, 6001, 0), THREE, known))
        .as("it was being read while the timeline was left")
        .isPresent();
    assertThat(BaseFinder.onTheWay(head(TWO, 5000, 0), THREE, known)).isPresent();
    assertThat(BaseFinder.onTheWay(head(ONE, 5000, 0), THREE, Optional.empty())).isPresent();
  }
}
