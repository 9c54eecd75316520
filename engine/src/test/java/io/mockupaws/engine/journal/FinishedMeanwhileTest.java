package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Stores;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A segment that was a tail when it was listed, and has been finished when it is read. */
class FinishedMeanwhileTest {
  private static final Timeline FIRST = new Timeline(1);
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");

  private final Repository repository =
      Repository.create(Stores.inMemory(), Optional.empty(), new SecureRandom());
  private final ClusterRepository cluster =
      repository.createCluster(new ClusterIdentity("c", MadeWal.SYSTEM, 15, MadeWal.SEGMENT, NOON));
  private final MadeJournal made;
  private final Lsn start;

  FinishedMeanwhileTest(@TempDir Path spool) {
    made = new MadeJournal(repository, cluster, spool);
    start = made.end();
  }

  @Test
  void theFirstOfTheJournalSaysWhatItSaidAsTail() {
    saysWhatItSaid(0);
  }

  @Test
  void aLaterOneSaysWhatItSaidAsTail() {
    saysWhatItSaid(2);
  }

  private void saysWhatItSaid(int number) {
    made.fillTo(number + 0.4);
    made.commit(NOON);
    made.store();
    Lsn end = made.end();
    Journal journal = new Journal(cluster);
    JournalView view = journal.view();
    SegmentName segment =
        SegmentName.containing(FIRST, start.plus((long) number * MadeWal.SEGMENT), MadeWal.SEGMENT);
    SegmentIndex before = new Journal(cluster).index(view, segment);

    made.fillTo(number + 1.5);
    made.store();
    assertThat(journal.index(view, segment)).isEqualTo(before);
    List<Lsn> records = new ArrayList<>();
    journal.walk(view, FIRST, segment.start(), end, record -> records.add(record.start()));
    assertThat(records.getLast()).isEqualTo(before.last().orElseThrow().start());
  }
}
