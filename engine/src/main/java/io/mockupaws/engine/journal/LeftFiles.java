package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.MajorVersion;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The segment files in a directory that no server writes. A file's name says little: PostgreSQL
 * renames old files to names that come, and writes over them later. The last segment of a timeline
 * that the server left has a suffix where it archives.
 *
 * @param directory of the segment files
 */
record LeftFiles(Path directory, int segmentSize) {
  private static final int LONG_HEADER = 40;
  private static final String PARTIAL = ".partial";

  /** Whether a segment's file is there in full size. */
  boolean has(SegmentName segment) {
    Path file = file(segment);
    return attempt(() -> Files.isRegularFile(file) && Files.size(file) == segmentSize);
  }

  /** Where a segment lies, or would lie. */
  Path file(SegmentName segment) {
    Path file = directory.resolve(segment.fileName());
    Path partial = directory.resolve(segment.fileName() + PARTIAL);
    return Files.exists(file) || !Files.exists(partial) ? file : partial;
  }

  InputStream open(SegmentName segment) {
    return attempt(() -> Files.newInputStream(file(segment)));
  }

  /** Bytes of a segment from an offset; fewer at its end. */
  byte[] read(SegmentName segment, int offset, int most) {
    Path file = file(segment);
    return attempt(
        () -> {
          try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.position(offset);
            return Channels.newInputStream(channel)
                .readNBytes(Math.min(most, segmentSize - offset));
          }
        });
  }

  /** The content of a timeline's history file. */
  Optional<byte[]> history(Timeline timeline) {
    Path file = directory.resolve(timeline.historyFileName());
    return attempt(
        () -> Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty());
  }

  /** When the newest file was written. */
  Instant newest() {
    return segments().stream()
        .map(this::file)
        .map(file -> attempt(() -> Files.getLastModifiedTime(file).toInstant()))
        .max(Comparator.naturalOrder())
        .orElse(Instant.EPOCH);
  }

  /**
   * The cluster whose WAL this is, as the first segment says that was written to; 64 bits,
   * unsigned. Segments may have any size.
   */
  static Optional<Long> systemIdentifier(Path directory) {
    LeftFiles files = new LeftFiles(directory, SegmentName.MIN_SIZE);
    return files.segments().stream()
        .map(name -> beginning(files.file(name)))
        .filter(header -> header.length == LONG_HEADER && isWal(header))
        .map(header -> little(header).getLong(24))
        .findFirst();
  }

  private static byte[] beginning(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(LONG_HEADER);
    } catch (IOException e) {
      return new byte[0]; // it says nothing
    }
  }

  /** What WAL there is of a timeline that is not the one asked for, in words. */
  Optional<String> otherThan(Timeline timeline) {
    return segments().stream()
        .filter(name -> !name.timeline().equals(timeline))
        .filter(name -> isOwn(name, header(name)))
        .map(SegmentName::timeline)
        .max(Comparator.naturalOrder())
        .filter(other -> other.compareTo(timeline) > 0 || segmentsOf(timeline).isEmpty())
        .map(other -> "it has WAL of timeline " + other + ", the journal is on " + timeline);
  }

  /** The first segment of a timeline from a position on whose own bytes are there. */
  Optional<SegmentName> firstFrom(Timeline timeline, Lsn from) {
    return segmentsOf(timeline).stream()
        .filter(name -> !name.start().isBefore(from))
        .filter(name -> isOwn(name, header(name)))
        .findFirst();
  }

  private List<SegmentName> segmentsOf(Timeline timeline) {
    return segments().stream().filter(name -> name.timeline().equals(timeline)).toList();
  }

  private List<SegmentName> segments() {
    return attempt(
        () -> {
          try (Stream<Path> files = Files.list(directory)) {
            return files
                .map(file -> file.getFileName().toString())
                .map(LeftFiles::withoutSuffix)
                .flatMap(name -> SegmentName.parse(name, segmentSize).stream())
                .distinct()
                .sorted()
                .toList();
          }
        });
  }

  private static String withoutSuffix(String name) {
    return name.endsWith(PARTIAL) ? name.substring(0, name.length() - PARTIAL.length()) : name;
  }

  private byte[] header(SegmentName segment) {
    return has(segment) ? read(segment, 0, LONG_HEADER) : new byte[0];
  }

  private static boolean isWal(byte[] header) {
    int magic = Short.toUnsignedInt(little(header).getShort(0));
    return MajorVersion.ofWalPageMagic(magic).isPresent();
  }

  /** Whether a file holds the segment that its name says, and not an older one still. */
  private static boolean isOwn(SegmentName segment, byte[] header) {
    return header.length == LONG_HEADER
        && new Lsn(little(header).getLong(8)).equals(segment.start())
        && little(header).getInt(4) == segment.timeline().id();
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private interface Reading<T> {
    T run() throws IOException;
  }

  private <T> T attempt(Reading<T> reading) {
    try {
      return reading.run();
    } catch (IOException e) {
      throw new Failure(
          ErrorCode.LOCAL_FILE,
          "the WAL in " + directory + " cannot be read: " + e,
          "look at the rights on that path and at the file system",
          e);
    }
  }
}
