package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.Failure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Makes the growing segment durable, piece by piece: at once when WAL comes after a pause, else
 * when the interval is over. While a commit may be waiting there is no interval: what arrived
 * during one upload goes with the next. Runs in a thread of its own.
 */
final class TailWriter implements Runnable {
  /** More than that of a finished segment goes with the segment's own object. */
  private static final int SMALL_REST = 1024 * 1024;

  private final Line line;
  private final Intake intake;
  private final Uploads uploads;
  private final StreamControl control;
  private final InstantSource clock;
  private final PieceFolder folder;
  private final Retry retry = new Retry(Duration.ofMillis(100), Duration.ofSeconds(5));
  private volatile Optional<Instant> lastUpload = Optional.empty();
  private final TailPace pace;

  TailWriter(
      Line line,
      Intake intake,
      Uploads uploads,
      StreamControl control,
      Duration interval,
      InstantSource clock) {
    this.line = line;
    this.intake = intake;
    this.uploads = uploads;
    this.control = control;
    this.clock = clock;
    this.folder = new PieceFolder(line, uploads);
    this.pace = new TailPace(interval, System.nanoTime());
  }

  Optional<Instant> lastUpload() {
    return lastUpload;
  }

  @Override
  public void run() {
    while (control.fatal().isEmpty()) {
      line.await(() -> (control.isOpen() && wanted().isPresent()) || control.isOver());
      if (control.isStopping() && (!control.isOpen() || wanted().isEmpty())) {
        return;
      }
      pause();
      wanted().ifPresent(this::attempt);
    }
  }

  /** Waits until the interval since the last piece is over; not while a commit may wait. */
  private void pause() {
    line.await(() -> control.isSynchronous() || control.isOver(), pace.left(System.nanoTime()));
  }

  /** The oldest segment with bytes that are not in the repository and not about to be. */
  private Optional<OpenSegment> wanted() {
    return line.first(
        segment ->
            !segment.finished
                && segment.stored < segment.written
                && !(segment.isFull() && segment.written - segment.stored > SMALL_REST));
  }

  private void attempt(OpenSegment segment) {
    pace.begin(System.nanoTime());
    try {
      write(segment);
      retry.succeeded();
    } catch (Failure e) {
      if (segment.finished) {
        return; // its spool file went away under us, rightly
      }
      control.error(e);
      if (!uploads.passes(e, retry.failures()) || control.isStopping()) {
        control.fail(e);
        return;
      }
      line.await(control::isOver, retry.failed());
    }
  }

  private void write(OpenSegment segment) {
    Optional<Intake.Tail> growing = intake.tail().filter(t -> t.segment() == segment);
    int length = growing.map(Intake.Tail::length).orElse(segment.written);
    Optional<SegmentIndex> index = growing.map(Intake.Tail::index).or(() -> segment.index);
    if (index.isEmpty() || length <= segment.stored) {
      return;
    }
    Piece piece = new Piece(segment.stored, length);
    uploads.piece(segment, piece, index.get());
    lastUpload = Optional.of(clock.instant());
    line.change(
        () -> {
          segment.pieces.add(new StoredPiece(piece, 0, index.get()));
          segment.stored = Math.max(segment.stored, piece.to());
        });
    control.recovered();
    if (segment.finished) {
      uploads.removePiece(segment, piece);
    } else {
      folder.look(segment);
    }
  }
}
