package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.SegmentName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What becomes of a file that was handed to a running stream. Mostly the stream has the same bytes
 * already, or is about to: then they are compared, and it is waited until they are durable. What
 * the stream does not have is delivered beside it.
 */
final class HandedIn {
  /** The server sends a segment's last bytes before it archives the segment. */
  private static final long STREAM_PATIENCE = Duration.ofSeconds(10).toNanos();

  private final StreamParts parts;
  private final Deliveries deliveries;
  private final int segmentSize;

  HandedIn(StreamParts parts, Deliveries deliveries) {
    this.parts = parts;
    this.deliveries = deliveries;
    this.segmentSize = parts.repository().identity().walSegmentSize();
  }

  /**
   * Returns once the file is durable where the settings say.
   *
   * @throws Failure what {@link Deliveries} fails with
   */
  void take(String name, Path file) {
    if (!parts.control().isOpen()) {
      throw new Failure(
          ErrorCode.WAL_NOT_DURABLE,
          "the stream has not compared its server yet",
          "PostgreSQL tries again by itself.");
    }
    ArchiveName parsed = ArchiveName.of(name, segmentSize);
    boolean streamed =
        parsed instanceof ArchiveName.Whole(SegmentName segment) && isStreamed(segment, file);
    if (!streamed) {
      Delivered delivered = Push.take(deliveries, parsed, file, parts.settings().takesOver());
      delivered.damage().ifPresent(parts.holes()::delivered);
      delivered.unsummarised().ifPresent(parts.control()::unsummarised);
    }
    if (parts.settings().durability() == JournalSettings.Durability.ALL) {
      new EveryCopy(parts.repository()).demand(parsed);
    }
  }

  private boolean isStreamed(SegmentName segment, Path path) {
    Line line = parts.line();
    line.await(
        () -> line.find(segment).filter(s -> !s.isFull()).isEmpty() || parts.control().isClosing(),
        STREAM_PATIENCE);
    Optional<OpenSegment> open = line.find(segment).filter(OpenSegment::isFull);
    if (open.isEmpty() || !isSame(segment, open.get(), path)) {
      return false;
    }
    return line.await(() -> isDurable(open.get()) || parts.control().isClosing(), STREAM_PATIENCE)
        && isDurable(open.get());
  }

  /** False when the stream has finished with its file meanwhile: then the object is compared. */
  private boolean isSame(SegmentName segment, OpenSegment open, Path path) {
    SpoolFile file = SpoolFile.ofOthers(path, segment);
    try {
      if (file.length() != segmentSize) {
        return false;
      }
      return SegmentComparison.of(open.file.open(segmentSize), segment, file, segmentSize)
          == segmentSize;
    } catch (Failure e) {
      if (e.code() == ErrorCode.LOCAL_FILE) {
        return false;
      }
      throw e;
    } finally {
      file.close();
    }
  }

  private boolean isDurable(OpenSegment segment) {
    return switch (parts.settings().durability()) {
      case SPOOL -> segment.finished || segment.synced == segmentSize;
      case ANY, ALL -> segment.finished;
    };
  }
}
