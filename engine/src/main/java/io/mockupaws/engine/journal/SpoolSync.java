package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.Failure;
import java.util.Optional;

/**
 * Makes the spool durable where that is what a flush means: what was written during one fsync goes
 * with the next. A segment of which an fsync failed is flushed once it is stored. Runs in a thread
 * of its own.
 */
final class SpoolSync implements Runnable {
  private final Line line;
  private final Spool spool;
  private final StreamControl control;

  SpoolSync(Line line, Spool spool, StreamControl control) {
    this.line = line;
    this.spool = spool;
    this.control = control;
  }

  @Override
  public void run() {
    while (control.fatal().isEmpty()) {
      line.await(() -> next().isPresent() || control.isOver());
      Optional<OpenSegment> next = next();
      if (next.isEmpty()) {
        if (control.isStopping()) {
          return;
        }
        continue;
      }
      sync(next.get());
    }
  }

  private Optional<OpenSegment> next() {
    return line.first(
        segment -> !segment.finished && !segment.unsyncable && segment.synced < segment.written);
  }

  private void sync(OpenSegment segment) {
    int written = line.read(() -> segment.written);
    try {
      if (segment.synced == 0) {
        spool.force();
      }
      segment.file.force();
      line.change(() -> segment.synced = written);
    } catch (Failure e) {
      if (segment.finished || segment.isStored()) {
        return; // its file went away under us, rightly
      }
      control.error(e);
      line.change(
          () -> {
            segment.unsyncable = true;
            segment.synced = 0;
          });
    }
  }
}
