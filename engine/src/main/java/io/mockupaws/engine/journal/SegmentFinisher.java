package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.Failure;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;

/**
 * Makes each full segment one object of the repository, several at once, and only then removes its
 * pieces and its spool file.
 */
final class SegmentFinisher implements Runnable {
  private final Line line;
  private final Uploads uploads;
  private final StreamControl control;
  private final int permits;
  private final Semaphore free;
  private final Set<OpenSegment> underWay = new HashSet<>();

  SegmentFinisher(Line line, Uploads uploads, StreamControl control, int atOnce) {
    this.line = line;
    this.uploads = uploads;
    this.control = control;
    this.permits = atOnce;
    this.free = new Semaphore(atOnce);
  }

  /** Runs in a thread of its own; ends when the stream does and nothing is left. */
  @Override
  public void run() {
    while (true) {
      line.await(() -> (control.isOpen() && next().isPresent()) || control.isOver());
      Optional<OpenSegment> next = control.isOpen() ? next() : Optional.empty();
      if (control.fatal().isPresent() || (control.isStopping() && next.isEmpty())) {
        break;
      }
      next.ifPresent(this::begin);
    }
    free.acquireUninterruptibly(permits);
  }

  private Optional<OpenSegment> next() {
    return line.first(
        segment ->
            segment.isFull()
                && segment.index.isPresent()
                && !segment.finished
                && !underWay.contains(segment));
  }

  private void begin(OpenSegment segment) {
    free.acquireUninterruptibly();
    line.change(() -> underWay.add(segment));
    Thread.ofVirtual()
        .name("journal-finish-" + segment.name)
        .start(
            () -> {
              try {
                finish(segment);
              } finally {
                free.release();
                line.change(() -> underWay.remove(segment));
              }
            });
  }

  private void finish(OpenSegment segment) {
    Retry retry = new Retry(Duration.ofMillis(100), Duration.ofSeconds(5));
    while (control.fatal().isEmpty()) {
      try {
        uploads.segment(segment, segment.index.orElseThrow());
        uploads.summary(segment).ifPresent(control::unsummarised);
        segment.summary = Optional.empty();
        line.change(() -> segment.finished = true);
        control.recovered();
        uploads.removePieces(segment);
        segment.file.delete();
        return;
      } catch (Failure e) {
        control.error(e);
        if (!uploads.passes(e, retry.failures()) || control.isStopping()) {
          control.fail(e);
          return;
        }
        line.await(control::isOver, retry.failed());
      } catch (RuntimeException e) {
        control.fail(Uploads.unexpected(e));
        return;
      }
    }
  }
}
