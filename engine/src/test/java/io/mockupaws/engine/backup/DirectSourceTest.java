package io.mockupaws.engine.backup;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.DirectoryEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectSourceTest {
  @TempDir Path folder;
  private Path data;

  @BeforeEach
  void makeDataDirectory() throws IOException {
    data = Files.createDirectory(folder.resolve("data"));
    Files.createDirectories(data.resolve("base/5"));
    Files.createDirectories(data.resolve("pg_wal/archive_status"));
    Files.createDirectories(data.resolve("pg_tblspc"));
    Files.createDirectories(folder.resolve("space/PG_17_202406281/5"));
    Files.createDirectories(folder.resolve("space/PG_16_202307071/5"));
    Files.createSymbolicLink(data.resolve("pg_tblspc/16400"), folder.resolve("space"));
    Files.writeString(data.resolve("PG_VERSION"), "17\n");
    Files.writeString(data.resolve("base/5/16384"), "0123456789");
    Files.writeString(data.resolve("pg_wal/000000010000000000000001"), "wal");
    Files.writeString(folder.resolve("space/PG_17_202406281/5/16401"), "in the tablespace");
    Files.writeString(folder.resolve("space/PG_16_202307071/5/16401"), "another version's");
    Files.writeString(folder.resolve("certificate"), "linked");
    Files.createSymbolicLink(data.resolve("server.crt"), folder.resolve("certificate"));
    Files.createSymbolicLink(data.resolve("dangling"), folder.resolve("nowhere"));
    Files.setPosixFilePermissions(
        data.resolve("PG_VERSION"), PosixFilePermissions.fromString("rw-r-----"));
    Files.setPosixFilePermissions(
        data.resolve("base"), PosixFilePermissions.fromString("rwxr-x---"));
  }

  private static List<String> paths(Listing listing) {
    return IntStream.range(0, listing.limit()).mapToObj(listing::path).toList();
  }

  @Test
  void listsFilesThroughLinks() throws IOException {
    try (DirectSource source = new DirectSource(data)) {
      Listing listing = source.list(new Exclusions("PG_17_202406281", 17, List.of()));
      assertThat(paths(listing))
          .containsExactlyInAnyOrder(
              "PG_VERSION",
              "base/5/16384",
              "pg_tblspc/16400/PG_17_202406281/5/16401",
              "server.crt");
      assertThat(listing.directories())
          .extracting(DirectoryEntry::path)
          .contains("base", "base/5", "pg_wal", "pg_wal/archive_status", "pg_wal/summaries")
          .contains("pg_tblspc/16400", "pg_tblspc/16400/PG_17_202406281/5")
          .doesNotContain("pg_tblspc/16400/PG_16_202307071");
      assertThat(listing.directories()).contains(new DirectoryEntry("base", 0750));
      int version = paths(listing).indexOf("PG_VERSION");
      assertThat(listing.file(version).mode()).isEqualTo(0640);
      assertThat(listing.file(version).size()).isEqualTo(3);
      FileTime changed = (FileTime) Files.getAttribute(data.resolve("PG_VERSION"), "unix:ctime");
      assertThat(listing.statusChanged(version))
          .isEqualTo(changed.toInstant().truncatedTo(ChronoUnit.SECONDS));
    }
  }

  /** Whoever opens one waits for somebody at its other end. */
  @Test
  void leavesOutWhatIsNoFile() throws Exception {
    Process made = new ProcessBuilder("mkfifo", data.resolve("base/5/16390").toString()).start();
    assertThat(made.waitFor()).isZero();
    try (DirectSource source = new DirectSource(data)) {
      Listing listing = source.list(new Exclusions("PG_17_202406281", 17, List.of()));
      assertThat(paths(listing)).contains("base/5/16384").doesNotContain("base/5/16390");
    }
  }

  @Test
  void readsPiecesAndTellsWhatIsMissing() {
    try (DirectSource source = new DirectSource(data);
        FileReader reader = source.reader()) {
      ByteBuffer into = ByteBuffer.allocate(100).position(1);
      int[] got =
          reader.read(
              List.of(
                  new Piece("base/5/16384", 2, 3),
                  new Piece("base/5/16384", 8, 10),
                  new Piece("base/5/16384", 20, 10),
                  new Piece("base/5/1", 0, 10),
                  new Piece("base/6/1", 5, 0),
                  new Piece("PG_VERSION", 0, 0),
                  new Piece("server.crt", 0, 6)),
              into);
      assertThat(got).containsExactly(3, 2, 0, -1, -1, 0, 6);
      assertThat(new String(into.array(), 1, into.position() - 1, US_ASCII))
          .isEqualTo("23489linked");
      assertThat(into.limit()).isEqualTo(100);
    }
  }

  @Test
  void goesOnReadingAFileThatWasRemovedUnlessItBeginsAnew() throws IOException {
    try (DirectSource source = new DirectSource(data);
        FileReader reader = source.reader()) {
      ByteBuffer into = ByteBuffer.allocate(100);
      reader.read(List.of(new Piece("base/5/16384", 0, 4)), into);
      Files.delete(data.resolve("base/5/16384"));
      assertThat(reader.read(List.of(new Piece("base/5/16384", 4, 4)), into)).containsExactly(4);
      assertThat(reader.read(List.of(new Piece("base/5/16384", 0, 4)), into)).containsExactly(-1);
    }
  }

  @Test
  void namesWhatItCannotRead() {
    try (DirectSource source = new DirectSource(data);
        FileReader reader = source.reader()) {
      assertThatThrownBy(
              () -> reader.read(List.of(new Piece("base/5", 0, 4)), ByteBuffer.allocate(9)))
          .isInstanceOfSatisfying(
              Failure.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.LOCAL_FILE);
                assertThat(e.what()).contains("base/5");
              });
    }
  }
}
