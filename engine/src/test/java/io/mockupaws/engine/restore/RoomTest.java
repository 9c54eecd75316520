package io.mockupaws.engine.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three directories on file systems of a test's choice. */
class RoomTest {
  @TempDir Path folder;

  /** The file system of each directory, and what each has free. */
  private Map<String, Integer> systems = Map.of();

  private Map<Integer, Long> free = Map.of();

  private final Room room =
      new Room(
          new Room.Disks() {
            @Override
            public Object fileSystem(Path existing) {
              return systems.getOrDefault(existing.getFileName().toString(), 0);
            }

            @Override
            public long free(Path existing) {
              return free.getOrDefault((Integer) fileSystem(existing), 0L);
            }
          });

  @BeforeEach
  void directories() throws IOException {
    for (String name : List.of("data", "space", "wal")) {
      Files.createDirectory(folder.resolve(name));
    }
  }

  /** Something that is not there yet, in one of the directories. */
  private Room.Need need(String name, long bytes, long givenBack) {
    return new Room.Need(folder.resolve(name).resolve("a/b"), bytes, givenBack);
  }

  private void assertRefused(String what, Room.Need... needs) {
    assertThatThrownBy(() -> room.require(List.of(needs)))
        .isInstanceOfSatisfying(
            Failure.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.DISK_FULL);
              assertThat(e.what()).contains(what);
            });
  }

  @Test
  void whatGoesToOneFileSystemCountsTogether() {
    systems = Map.of("data", 1, "space", 1, "wal", 1);
    free = Map.of(1, 100L);
    room.require(List.of(need("data", 50, 0), need("space", 30, 0), need("wal", 20, 0)));
    assertRefused(
        "needs 101 bytes and "
            + folder.resolve("data/a/b")
            + ", "
            + folder.resolve("space/a/b")
            + ", "
            + folder.resolve("wal/a/b")
            + " have together 100 free",
        need("data", 50, 0),
        need("space", 30, 0),
        need("wal", 21, 0));
  }

  @Test
  void eachFileSystemHasToHoldWhatGoesThereHoweverMuchRoomTheOthersHave() {
    systems = Map.of("data", 1, "space", 2, "wal", 3);
    free = Map.of(1, 1000L, 2, 30L, 3, 20L);
    room.require(List.of(need("data", 50, 0), need("space", 30, 0), need("wal", 20, 0)));
    assertRefused(
        "needs 31 bytes and " + folder.resolve("space/a/b") + " has 30 free",
        need("data", 50, 0),
        need("space", 31, 0),
        need("wal", 20, 0));
    assertRefused(
        folder.resolve("wal/a/b") + " has 20 free",
        need("data", 50, 0),
        need("space", 30, 0),
        need("wal", 21, 0));
  }

  @Test
  void whatIsRemovedBeforeGivesRoomOnItsOwnFileSystemAlone() {
    systems = Map.of("data", 1, "space", 2);
    free = Map.of(1, 10L, 2, 10L);
    room.require(List.of(need("data", 50, 40), need("space", 10, 0)));
    assertRefused("has 10 free", need("data", 50, 40), need("space", 11, 0));
    assertRefused("has 10 free", need("data", 50, 39), need("space", 10, 30));
  }

  @Test
  void thisHostTellsItsFileSystemsApart() {
    assertThat(Room.HOST.fileSystem(folder)).isEqualTo(Room.HOST.fileSystem(folder.resolve("wal")));
    assertThat(Room.HOST.fileSystem(folder)).isNotEqualTo(Room.HOST.fileSystem(Path.of("/proc")));
    assertThat(Room.HOST.free(folder)).isPositive();
  }
}
