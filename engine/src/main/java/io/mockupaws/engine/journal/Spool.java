package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.SegmentName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The directory of one cluster's spool files: {@code <spool>/<repository>/<cluster>/}, folders 0700
 * and files 0600, since WAL holds the users' data in the clear.
 */
final class Spool {
  private static final String SUFFIX = ".partial";
  private static final String NOTE = ".hole";
  private static final String RESERVE = "reserve";
  private static final String MET = "met";
  private static final int RESERVE_BYTES = 64 << 10;

  private final Path directory;
  private final int segmentSize;

  Spool(Path base, String repositoryId, String cluster, int segmentSize) {
    this.directory = base.resolve(repositoryId).resolve(cluster);
    this.segmentSize = segmentSize;
    try {
      List<Path> parents = parents(base.toAbsolutePath());
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      for (Path parent : parents) {
        force(parent);
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Those whose entries lead to the directory and are ours to make. */
  private List<Path> parents(Path base) {
    List<Path> parents = new ArrayList<>();
    Path at = directory.toAbsolutePath();
    while (at.getParent() != null && (!at.equals(base) || !Files.exists(at))) {
      at = at.getParent();
      parents.add(at);
      if (!at.startsWith(base) && Files.exists(at)) {
        break;
      }
    }
    return parents;
  }

  /**
   * Keeps other streams out of the directory. To be taken before anything else is done in it.
   *
   * @throws Failure LEASE_HELD when another one is at work there
   */
  SpoolLock lock() {
    try {
      return SpoolLock.of(directory);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** The segments of which there is a file, rising. */
  List<SegmentName> segments() {
    try (Stream<Path> files = Files.list(directory)) {
      List<SegmentName> found = new ArrayList<>();
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(SUFFIX))
          .map(name -> name.substring(0, name.length() - SUFFIX.length()))
          .forEach(name -> SegmentName.parse(name, segmentSize).ifPresent(found::add));
      found.sort(SegmentName::compareTo);
      return found;
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Opens a segment's file, or makes it. */
  SpoolFile open(SegmentName segment) {
    Path path = directory.resolve(segment.fileName() + SUFFIX);
    try {
      if (!Files.exists(path)) {
        Files.createFile(
            path,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
    } catch (IOException e) {
      throw failure(e);
    }
    return new SpoolFile(path, segment);
  }

  /**
   * Keeps a hole's record until the repository has it; durable when this returns. Writing it again
   * is no error.
   *
   * @throws Failure LOCAL_FILE, DISK_FULL
   */
  void note(String name, byte[] record) {
    Path path = directory.resolve(name + NOTE);
    try {
      write(path, record);
    } catch (IOException e) {
      try {
        // A full disk: this is what the reserve is for.
        Files.deleteIfExists(directory.resolve(RESERVE));
        write(path, record);
      } catch (IOException again) {
        throw failure(again);
      }
    }
  }

  private void write(Path path, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            path,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
      force(directory);
    }
  }

  /** Keeps a little room, so that a hole can be noted when the disk is full. */
  void reserve() {
    Path path = directory.resolve(RESERVE);
    try {
      if (!Files.exists(path) || Files.size(path) < RESERVE_BYTES) {
        write(path, new byte[RESERVE_BYTES]);
      }
    } catch (IOException e) {
      // Without it a note may find no room; then nothing is shed.
    }
  }

  /** The repository has it. */
  void forgetNote(String name) {
    try {
      Files.deleteIfExists(directory.resolve(name + NOTE));
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** The holes that an earlier process noted and the repository may not know. */
  List<Hole> notes() {
    List<Hole> holes = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(path -> path.toString().endsWith(NOTE)).sorted().toList()) {
        String name = file.getFileName().toString();
        byte[] record = Files.readAllBytes(file);
        HoleRecord.named(name.substring(0, name.length() - NOTE.length()))
            .filter(_ -> record.length > 0)
            .ifPresent(hole -> holes.add(HoleRecord.decode(hole, record)));
      }
      return holes;
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** A server was compared: it is known again until it is started anew. */
  void met(ServerIdentity server) {
    if (server.started().isEmpty() || hasMet(server)) {
      return;
    }
    try {
      write(directory.resolve(MET), name(server));
    } catch (IOException e) {
      // Then whoever knows the server is asked, when nothing else tells.
    }
  }

  /** Whether it is the one that was compared last, and was not started since. */
  boolean hasMet(ServerIdentity server) {
    try {
      Path path = directory.resolve(MET);
      return server.started().isPresent()
          && Files.exists(path)
          && Arrays.equals(Files.readAllBytes(path), name(server));
    } catch (IOException e) {
      return false;
    }
  }

  private static byte[] name(ServerIdentity server) {
    String system = Long.toUnsignedString(server.systemIdentifier());
    String started = server.started().map(Instant::toString).orElse("");
    return (system + " " + started + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  /** Makes the names of the files durable. */
  void force() {
    try {
      force(directory);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private Failure failure(IOException e) {
    return new Failure(
        ErrorCode.LOCAL_FILE,
        "the spool directory " + directory + " cannot be used: " + e,
        "Check that it exists and belongs to this user, or set another one.",
        e);
  }
}
