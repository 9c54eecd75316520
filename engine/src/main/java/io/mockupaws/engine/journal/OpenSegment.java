package io.mockupaws.engine.journal;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A segment that is not finished in the repository. Its fields are guarded by the {@link Line} that
 * it stands in.
 */
final class OpenSegment {
  final SegmentName name;
  final SpoolFile file;

  /** Bytes in the spool file. */
  int written;

  /** Bytes of them that are fsynced. */
  int synced;

  /**
   * An fsync of the file failed. The kernel may count the lost pages as written from then on, so a
   * later fsync proves nothing: only what is stored counts.
   */
  volatile boolean unsyncable;

  /** Bytes that lie in the repository without a gap, as pieces. */
  int stored;

  /** The pieces in the repository that are not merged into larger ones, by position. */
  final List<StoredPiece> pieces = new ArrayList<>();

  /** What the records say; there once nothing more will be written. */
  Optional<SegmentIndex> index = Optional.empty();

  /** Which blocks its records changed, as bytes; there with the index, if it is known for sure. */
  Optional<byte[]> summary = Optional.empty();

  /** Whether there was a summary, and no room to keep it until the segment is stored. */
  boolean summaryDropped;

  /** Whether it is one object in the repository. */
  volatile boolean finished;

  OpenSegment(SegmentName name, SpoolFile file, int written, int stored) {
    this.name = name;
    this.file = file;
    this.written = written;
    this.stored = stored;
  }

  boolean isFull() {
    return written == name.segmentSize();
  }

  /** Whether everything that there will be of it is in the repository. */
  boolean isStored() {
    return finished || (index.isPresent() && stored == written);
  }

  /** Bytes in the spool file that are not in the repository. */
  int unstored() {
    return finished ? 0 : Math.max(0, written - stored);
  }

  Lsn storedEnd() {
    return finished ? name.end() : name.start().plus(stored);
  }

  Lsn writtenEnd() {
    return name.start().plus(written);
  }

  Lsn syncedEnd() {
    return name.start().plus(synced);
  }
}
