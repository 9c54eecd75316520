package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Stores;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much WAL was written lately: a quiet day, then a segment every ten seconds. */
class WalProductionTest {
  private static final Timeline FIRST = new Timeline(1);
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");
  private static final int BUSY = 20;

  private final Repository repository =
      Repository.create(Stores.inMemory(), Optional.empty(), new SecureRandom());
  private final ClusterRepository cluster =
      repository.createCluster(new ClusterIdentity("c", MadeWal.SYSTEM, 15, MadeWal.SEGMENT, NOON));
  private final Journal journal = new Journal(cluster);
  private final ManifestHead backup;

  WalProductionTest(@TempDir Path spool) {
    MadeJournal made = new MadeJournal(repository, cluster, spool);
    Lsn start = made.end();
    made.fillTo(0.5);
    backup = MadeHeads.head(start, made.end(), NOON);
    made.fillTo(1.5);
    Instant busy = NOON.plus(Duration.ofDays(1));
    made.commit(busy);
    for (int segment = 2; segment <= BUSY + 1; segment++) {
      made.fillTo(segment + 0.5);
      made.commit(busy.plusSeconds(10L * (segment - 1)));
    }
    made.store();
  }

  private OptionalDouble lately(Duration lately) {
    JournalView view = journal.view();
    return journal.production(view, journal.window(view, FIRST, List.of(backup)), lately);
  }

  @Test
  void lastMinutesAreThoseOfTheBurst() {
    double expected = MadeWal.SEGMENT / 10.0;
    assertThat(lately(Duration.ofSeconds(100)).orElseThrow())
        .isCloseTo(expected, Percentage.withPercentage(15));
    assertThat(lately(Duration.ofHours(1)).orElseThrow())
        .isCloseTo(BUSY * MadeWal.SEGMENT / 3600.0, Percentage.withPercentage(15));
  }

  @Test
  void moreThanThereIsMeansAllOfIt() {
    assertThat(lately(Duration.ofDays(365)).orElseThrow())
        .isCloseTo(
            (BUSY + 1.0) * MadeWal.SEGMENT / Duration.ofDays(1).plusSeconds(200).toSeconds(),
            Percentage.withPercentage(15));
  }

  @Test
  void withoutABackupNothingIsTold() {
    JournalView view = journal.view();
    assertThat(
            journal.production(view, journal.window(view, FIRST, List.of()), Duration.ofHours(1)))
        .isEmpty();
  }
}
