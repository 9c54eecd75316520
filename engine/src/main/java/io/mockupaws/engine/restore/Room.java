package io.mockupaws.engine.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Whether there is room for a restore: directories may lie on one file system or on several, and
 * each file system must hold the sum of what goes there.
 */
final class Room {
  /** What is asked of the host. */
  interface Disks {
    /** What tells a file system from others. */
    Object fileSystem(Path existing);

    /** Bytes that we may still write there. */
    long free(Path existing);
  }

  /** This host's. A file system that is mounted at several places is one. */
  static final Disks HOST =
      new Disks() {
        @Override
        public Object fileSystem(Path existing) {
          return LocalFiles.attempt(
              "looking at", existing, () -> Files.getAttribute(existing, "unix:dev"));
        }

        @Override
        public long free(Path existing) {
          return LocalFiles.attempt(
              "looking at", existing, () -> Files.getFileStore(existing).getUsableSpace());
        }
      };

  /**
   * What goes into one directory.
   *
   * @param directory it need not be there yet
   * @param bytes that will be written
   * @param givenBack bytes of what is removed before
   */
  record Need(Path directory, long bytes, long givenBack) {}

  private final Disks disks;

  Room(Disks disks) {
    this.disks = disks;
  }

  /**
   * Refuses when a file system has not even room for the bytes that must be written.
   *
   * @throws Failure DISK_FULL, with what is needed and what is free
   */
  void require(List<Need> needs) {
    Map<Object, List<Need>> byFileSystem =
        needs.stream()
            .collect(
                Collectors.groupingBy(
                    need -> disks.fileSystem(Destination.nearestExisting(need.directory())),
                    LinkedHashMap::new,
                    Collectors.toList()));
    byFileSystem.values().forEach(this::requireOne);
  }

  private void requireOne(List<Need> needs) {
    long bytes = needs.stream().mapToLong(Need::bytes).sum();
    long givenBack = needs.stream().mapToLong(Need::givenBack).sum();
    long free = disks.free(Destination.nearestExisting(needs.getFirst().directory()));
    if (free + givenBack < bytes) {
      String places =
          needs.stream().map(need -> need.directory().toString()).collect(Collectors.joining(", "));
      throw new Failure(
          ErrorCode.DISK_FULL,
          "the restore needs "
              + bytes
              + " bytes and "
              + places
              + (needs.size() > 1 ? " have together " : " has ")
              + free
              + " free",
          "free space there or name another file system");
    }
  }
}
