package io.mockupaws.engine.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.BackupKind;
import io.mockupaws.core.format.FileEntry;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.format.Run;
import io.mockupaws.core.format.TablespaceEntry;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A target whose links lead to a tablespace and to WAL, both with files in them. */
class OutsideChoiceTest {
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");

  @TempDir Path folder;
  private Path target = Path.of("");
  private Path space = Path.of("");
  private Path wal = Path.of("");

  @BeforeEach
  void target() throws IOException {
    target = Files.createDirectories(folder.toRealPath().resolve("data"));
    space = Files.createDirectory(target.resolveSibling("space"));
    wal = Files.createDirectory(target.resolveSibling("wal"));
    Files.write(space.resolve("rows"), new byte[300]);
    Files.write(wal.resolve("segment"), new byte[70]);
    Files.createDirectory(target.resolve("pg_tblspc"));
    Files.createSymbolicLink(target.resolve("pg_tblspc/16400"), space);
    Files.createSymbolicLink(target.resolve("pg_wal"), wal);
  }

  private Outside chosen(Occupied how, boolean tablespace, boolean walDirectory) {
    Placement placement =
        new Placement(
            how,
            tablespace ? Map.of("fast", space) : Map.of(),
            walDirectory ? Optional.of(wal) : Optional.empty());
    return new OutsideChoice(target, head(), Stream::empty).of(placement);
  }

  private static ManifestHead head() {
    return new ManifestHead(
        new BackupId("20260407T120000Z-full-1a2b"),
        BackupKind.FULL,
        "c",
        7,
        150_018,
        new Timeline(1),
        new Lsn(1000),
        new Lsn(2000),
        NOON,
        NOON,
        16 << 20,
        8192,
        true,
        "",
        false,
        "sql",
        "/data",
        0700,
        Map.of(),
        List.of(new TablespaceEntry(16_400, "fast", "/mnt/fast")),
        10,
        1000,
        500,
        List.of());
  }

  private void assertRefused(Occupied how, boolean tablespace, boolean walDirectory) {
    assertThatThrownBy(() -> chosen(how, tablespace, walDirectory))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TARGET_NOT_EMPTY));
    assertThat(space.resolve("rows")).exists();
    assertThat(wal.resolve("segment")).exists();
  }

  @Test
  void byDeltaTheTargetsOwnPlacesAreTakenAsTheyAre() {
    Outside outside = chosen(Occupied.DELTA, true, true);
    assertThat(outside.tablespaces()).containsOnly(Map.entry(16_400L, space));
    assertThat(outside.wal()).contains(wal);
  }

  /** The old directory keeps its links: what they lead to is the way back. */
  @Test
  void inPlaceTheOldDirectorysPlacesAreNeverWrittenInto() {
    assertRefused(Occupied.IN_PLACE, true, false);
    assertRefused(Occupied.IN_PLACE, false, true);
  }

  /** Only WAL is cleared behind a link. */
  @Test
  void byForceATablespacesFilesAreNotMixedWithOthers() {
    assertRefused(Occupied.FORCE, true, false);
    assertThat(chosen(Occupied.FORCE, false, true).wal()).contains(wal);
  }

  @Test
  void whatGoesWhereAndWhatIsGivenBack() {
    Outside outside = chosen(Occupied.DELTA, true, true);
    Room.Need all = new Room.Need(target, 1000, 55);
    assertThat(new Spread(target, outside).needs(all, 64, () -> Map.of(16_400L, 600L, 1L, 9L)))
        .containsExactlyInAnyOrder(
            new Room.Need(target, 336, 55),
            new Room.Need(space, 600, 300),
            new Room.Need(wal, 64, 70));
    assertThat(new Spread(target, Outside.none()).needs(all, 64, () -> Map.of()))
        .containsExactly(all);
  }

  @Test
  void theBytesOfATablespaceAreThoseOfItsFiles() {
    Spread.TablespaceBytes sums = new Spread.TablespaceBytes();
    file(sums, "base/5/1", FileEntry.Origin.DATA, 1000);
    file(sums, "pg_tblspc/16400/PG_15_202209061/5/1", FileEntry.Origin.DATA, 20);
    file(sums, "pg_tblspc/16400/PG_15_202209061/5/2", FileEntry.Origin.DATA, 3);
    file(sums, "pg_tblspc/16401/PG_15_202209061/5/3", FileEntry.Origin.DATA, 7);
    file(sums, "/pg_tblspc/16401/x", FileEntry.Origin.EXTERNAL, 7);
    assertThat(sums.sums()).containsOnly(Map.entry(16_400L, 23L), Map.entry(16_401L, 7L));
  }

  private static void file(
      Spread.TablespaceBytes sums, String path, FileEntry.Origin origin, long size) {
    sums.file(new FileEntry(path, origin, size, 0600, NOON, 1, List.of(new Run(0, size, 0, 0, 0))));
  }
}
