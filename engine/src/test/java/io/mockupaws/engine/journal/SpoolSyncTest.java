package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an fsync says is believed once: after a failed one the kernel knows nothing of the loss. */
class SpoolSyncTest {
  private static final Timeline FIRST = new Timeline(1);

  @TempDir private Path folder;

  @Test
  void afterAFailedFsyncOnlyWhatIsStoredCounts() throws Exception {
    Spool spool = new Spool(folder, "repository", "c", MadeWal.SEGMENT);
    Line line = new Line();
    StreamControl control = new StreamControl(line);
    OpenSegment broken = segment(spool, 64L << 20);
    // its descriptor fails from here on, as after a lost write
    broken.file.close();
    line.begin(new Position(FIRST, broken.name.start()));
    line.add(broken);
    Thread sync = Thread.ofPlatform().start(new SpoolSync(line, spool, control));
    await().atMost(Duration.ofSeconds(60)).until(() -> broken.unsyncable);
    line.change(() -> broken.synced = 0);
    assertThat(line.positions().synced().map(Position::lsn)).contains(broken.name.start());
    line.change(() -> broken.stored = 60);
    assertThat(line.positions().synced().map(Position::lsn)).contains(broken.name.start().plus(60));
    control.stop();
    sync.join();
    assertThat(broken.synced).isZero();
  }

  private static OpenSegment segment(Spool spool, long start) {
    SegmentName name = SegmentName.containing(FIRST, new Lsn(start), MadeWal.SEGMENT);
    SpoolFile file = spool.open(name);
    file.write(0, ByteBuffer.allocate(100));
    return new OpenSegment(name, file, 100, 0);
  }
}
