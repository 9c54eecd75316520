package io.mockupaws.it.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalStream;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.it.support.EveryVersion;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class StreamIT {
  @TempDir Path spool;

  @EveryVersion
  void everythingTheServerWrites(int major) throws Exception {
    try (StreamFixture it =
        new StreamFixture(
            EmbeddedPostgres.builder(major)
                .segmentMegabytes(1)
                .setting("wal_keep_size", "1GB")
                .start(),
            spool,
            1)) {
      Lsn end;
      try (JournalStream stream = it.streaming()) {
        for (int i = 0; i < 20; i++) {
          it.insert(500, 320);
        }
        end = it.flushed();
        it.awaitStored(stream, end);
        System.out.println(stream.state());
        assertThat(it.compareWithServer()).isGreaterThan(3 << 20);
      }
      Journal journal = new Journal(it.cluster);
      JournalView view = journal.view();
      System.out.println(view.stretches() + " " + view.holes());
      System.out.println(journal.window(view));
      assertThat(view.stretches()).hasSize(1);
      assertThat(view.holes()).isEmpty();
    }
  }
}
