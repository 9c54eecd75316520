package io.mockupaws.engine.verify;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.core.format.Run;
import io.mockupaws.core.pg.ControlFile;
import io.mockupaws.engine.repository.ClusterRepository;
import java.util.OptionalInt;

/** What a backup's control file says that its pages are verified by. */
final class ControlSight {
  private final ClusterRepository cluster;
  private final BackupContents contents;

  ControlSight(ClusterRepository cluster, BackupContents contents) {
    this.cluster = cluster;
    this.contents = contents;
  }

  /** Pages that a file of a relation holds; empty where it cannot be read. */
  OptionalInt pagesPerFile() {
    try {
      byte[] content =
          new byte[contents.controlRuns().stream().mapToInt(r -> (int) r.length()).sum()];
      for (Run run : contents.controlRuns()) {
        copy(run, content);
      }
      return content.length == 0
          ? OptionalInt.empty()
          : OptionalInt.of(ControlFile.parse(content).shape().relationSegmentBlocks());
    } catch (Failure e) {
      // the pack's own reading names what is wrong, or the store is away for that too
      return OptionalInt.empty();
    }
  }

  private void copy(Run run, byte[] content) {
    PackTable pack = contents.packs().get(run.pack());
    long from = contents.start(run.pack(), run.frame()) + run.frameOffset();
    int last = run.frame();
    while (last + 1 < pack.frames() && contents.start(run.pack(), last + 1) < from + run.length()) {
      last++;
    }
    cluster
        .packReader()
        .read(
            pack,
            run.frame(),
            last,
            (frame, plain) -> {
              long start = contents.start(run.pack(), frame);
              int begin = (int) (Math.max(from, start) - start);
              int end = (int) (Math.min(from + run.length(), start + plain.remaining()) - start);
              int at = (int) (run.fileOffset() + start + begin - from);
              plain.get(plain.position() + begin, content, at, end - begin);
            });
  }
}
