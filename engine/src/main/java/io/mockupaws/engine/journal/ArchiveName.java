package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import java.util.Optional;

/**
 * A name of a file that PostgreSQL archives or asks for (src/include/access/xlog_internal.h, {@code
 * IsXLogFileName} and the ones beside it).
 */
public sealed interface ArchiveName {

  /** A finished segment. */
  record Whole(SegmentName segment) implements ArchiveName {}

  /** The last segment of a timeline that was left, as far as it was written. */
  record Partial(SegmentName segment) implements ArchiveName {}

  /** A timeline's history file. */
  record History(Timeline timeline) implements ArchiveName {}

  /** A note of a base backup, for people: no recovery reads it. */
  record BackupNote() implements ArchiveName {}

  /**
   * Reads a file's name.
   *
   * @throws Failure USAGE when PostgreSQL has no such file
   */
  static ArchiveName of(String fileName, int segmentSize) {
    return find(fileName, segmentSize)
        .orElseThrow(
            () ->
                new Failure(
                    ErrorCode.USAGE,
                    fileName + " is no name of a WAL file of this cluster",
                    "archive_command gives it as %p, restore_command as %f."));
  }

  /** Reads a file's name; empty when PostgreSQL has no such file. */
  static Optional<ArchiveName> find(String fileName, int segmentSize) {
    if (fileName.matches("[0-9A-F]{8}\\.history") && !fileName.startsWith("00000000")) {
      return Optional.of(new History(new Timeline(Integer.parseUnsignedInt(fileName, 0, 8, 16))));
    }
    if (fileName.matches("[0-9A-F]{24}\\.[0-9A-F]{8}\\.backup")) {
      return Optional.of(new BackupNote());
    }
    if (fileName.endsWith(".partial")) {
      return SegmentName.parse(fileName.substring(0, fileName.length() - 8), segmentSize)
          .map(Partial::new);
    }
    return SegmentName.parse(fileName, segmentSize).map(Whole::new);
  }
}
