package io.mockupaws.engine.verify;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The runs of one pack, as its frames come by in order. */
final class PackSight {
  private final BackupContents contents;
  private final PackShown shown;
  private final List<Integer> runs;
  private final Map<Integer, RunSight> open = new HashMap<>();
  private int next;

  PackSight(BackupContents contents, int pack, PackShown shown) {
    this.contents = contents;
    this.shown = shown;
    this.runs = contents.runsOf(pack);
  }

  /**
   * Takes a frame's content.
   *
   * @param start where it begins in the pack's content
   */
  void frame(long start, ByteBuffer content) {
    long end = start + content.remaining();
    while (next < runs.size() && contents.runStart(runs.get(next)) < end) {
      int run = runs.get(next++);
      open.put(run, new RunSight(contents.runFile(run), contents.runOffset(run), shown));
    }
    open.entrySet().removeIf(entry -> feed(entry.getKey(), entry.getValue(), start, content));
  }

  /** Whether the run has ended. */
  private boolean feed(int run, RunSight sight, long start, ByteBuffer content) {
    long runEnd = contents.runStart(run) + contents.runLength(run);
    int from = (int) Math.max(0, contents.runStart(run) - start);
    int to = (int) Math.min(content.remaining(), runEnd - start);
    ByteBuffer part = content.duplicate();
    part.limit(content.position() + to).position(content.position() + from);
    sight.take(part);
    if (runEnd > start + content.remaining()) {
      return false;
    }
    sight.end();
    return true;
  }

  /** Whether every run of the manifest has come to its end. */
  boolean isComplete() {
    return next == runs.size() && open.isEmpty();
  }
}
