package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.wal.WalState;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What waits for the repository. */
class LineTest {
  private static final int SIZE = MadeWal.SEGMENT;

  /** A store may be away for days: a summary may be megabytes, and the heap is what it is. */
  @Test
  void onlySoManySummariesWaitInMemory(@TempDir Path folder) {
    Line line = new Line();
    Spool spool = new Spool(folder, "r", "c", SIZE);
    SegmentName name = SegmentName.containing(new Timeline(1), new Lsn(64L << 20), SIZE);
    SegmentIndex index = new IndexBuilder().snapshot(0, new WalState.Reading(), false);
    for (int i = 0; i < 200; i++) {
      OpenSegment segment = new OpenSegment(name, spool.open(name), 0, 0);
      line.add(segment);
      line.complete(segment, SIZE, index, Optional.of(new byte[1000]));
      name = name.next();
    }
    long kept = line.all().stream().filter(segment -> segment.summary.isPresent()).count();
    long dropped = line.all().stream().filter(segment -> segment.summaryDropped).count();
    assertThat(kept).isEqualTo(64);
    assertThat(kept + dropped).isEqualTo(200);
    line.all().forEach(segment -> segment.file.delete());
  }
}
