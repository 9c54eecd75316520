package io.mockupaws.engine.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.Crc32cMath;
import io.mockupaws.core.format.DirectoryEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stays and what goes when a backup is restored over what is there. */
class ClearingTest {
  private static final Map<String, String> BACKUP =
      new TreeMap<>(
          Map.of(
              "PG_VERSION", "15",
              "base/5/100", "hundred",
              "base/5/200", "two hundred",
              "base/5/300", "",
              "global/1", "one",
              "pg_xact/0000", "xact"));

  @TempDir Path folder;
  private Path target = Path.of("");
  private Path outside = Path.of("");

  @BeforeEach
  void theBackupLiesThere() throws IOException {
    target = Files.createDirectory(folder.toRealPath().resolve("data"));
    outside = Files.createDirectory(folder.toRealPath().resolve("outside"));
    Files.writeString(outside.resolve("sentinel"), "mine");
    for (Map.Entry<String, String> file : BACKUP.entrySet()) {
      Files.createDirectories(LocalFiles.parent(target.resolve(file.getKey())));
      Files.writeString(target.resolve(file.getKey()), file.getValue());
    }
    Files.createDirectories(target.resolve("pg_wal/archive_status"));
    Files.createDirectories(target.resolve("pg_twophase"));
    Files.writeString(target.resolve("global/pg_control"), "control");
  }

  @Test
  void whatIsEqualStays() throws IOException {
    assertThat(fetched()).isEmpty();
    assertThat(target.resolve("base/5/200")).hasContent("two hundred");
    assertThat(target.resolve("global/pg_control")).doesNotExist();
  }

  @Test
  void otherContentOfTheSameSizeAndTimeIsFound() throws IOException {
    Path file = target.resolve("base/5/100");
    FileTime time = Files.getLastModifiedTime(file);
    Files.writeString(file, "hundrEd");
    Files.setLastModifiedTime(file, time);
    assertThat(fetched()).containsExactly("base/5/100");
  }

  @Test
  void whatGrewShrankOrVanishedIsFound() throws IOException {
    Files.writeString(target.resolve("base/5/100"), "hundred and more");
    Files.writeString(target.resolve("base/5/200"), "two");
    Files.writeString(target.resolve("base/5/300"), "no longer empty");
    Files.delete(target.resolve("pg_xact/0000"));
    assertThat(fetched()).containsExactly("base/5/100", "base/5/200", "base/5/300", "pg_xact/0000");
  }

  @Test
  void anotherKindOfThingInItsPlaceGoes() throws IOException {
    Files.delete(target.resolve("base/5/100"));
    Files.createDirectories(target.resolve("base/5/100/deep"));
    Files.writeString(target.resolve("base/5/100/deep/file"), "x");
    Files.delete(target.resolve("pg_xact/0000"));
    Files.delete(target.resolve("pg_xact"));
    Files.writeString(target.resolve("pg_xact"), "a file");
    assertThat(fetched()).containsExactly("base/5/100", "pg_xact/0000");
    assertThat(target.resolve("base/5/100")).doesNotExist();
    assertThat(target.resolve("pg_xact")).doesNotExist();
  }

  @Test
  void whatTheBackupDoesNotHaveGoes() throws IOException {
    Files.writeString(target.resolve("postmaster.pid"), "999999999\n");
    Files.createDirectories(target.resolve("base/7/empty"));
    Files.writeString(target.resolve("base/7/1"), "x");
    assertThat(fetched()).isEmpty();
    assertThat(target.resolve("base/7")).doesNotExist();
    assertThat(target.resolve("postmaster.pid")).doesNotExist();
    assertThat(target.resolve("pg_twophase")).isEmptyDirectory();
  }

  /** Neither read through, nor written, nor emptied. */
  @Test
  void linksAreNotFollowed() throws IOException {
    Files.move(target.resolve("base/5"), outside.resolve("5"));
    Files.createSymbolicLink(target.resolve("base/5"), outside.resolve("5"));
    Files.move(target.resolve("global/1"), outside.resolve("1"));
    Files.createSymbolicLink(target.resolve("global/1"), outside.resolve("1"));
    Files.createSymbolicLink(target.resolve("pg_tblspc"), outside);
    Path wal = target.resolve("pg_wal");
    Files.move(wal, outside.resolve("wal"));
    Files.createSymbolicLink(wal, outside.resolve("wal"));
    Set<String> before = contents(outside);
    assertThat(fetched()).containsExactly("base/5/100", "base/5/200", "base/5/300", "global/1");
    assertThat(contents(outside)).isEqualTo(before);
    try (Stream<Path> all = Files.walk(target)) {
      assertThat(all).noneMatch(Files::isSymbolicLink);
    }
  }

  @Test
  void aFileWithTwoNamesIsNotShared() throws IOException {
    Files.createLink(outside.resolve("snapshot"), target.resolve("base/5/200"));
    assertThat(fetched()).containsExactly("base/5/200");
    assertThat(outside.resolve("snapshot")).hasContent("two hundred");
  }

  /** Read in parts by its backup: it is fetched, and what is there tells what need be written. */
  @Test
  void aFileWithoutAChecksumStaysToBeComparedWhereItsSizeIsRight() throws IOException {
    unchecked.addAll(List.of("base/5/100", "base/5/200"));
    Files.writeString(target.resolve("base/5/200"), "of another size");
    assertThat(fetched()).containsExactly("base/5/100", "base/5/200");
    assertThat(target.resolve("base/5/100")).exists();
    assertThat(target.resolve("base/5/200")).doesNotExist();
    assertThat(last.isOverlaid(number("base/5/100"))).isTrue();
    assertThat(last.isOverlaid(number("base/5/200"))).isFalse();
  }

  private int number(String path) {
    return IntStream.range(0, last.count())
        .filter(file -> last.path(file).equals(path))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void lookingChangesNothing() throws IOException {
    Files.writeString(target.resolve("extra"), "x");
    Files.writeString(target.resolve("base/5/100"), "other");
    Set<String> before = contents(target);
    BackupFiles backup = backup();
    TargetTree tree = new TargetTree(target, Outside.none());
    assertThat(tree.extras(new Wanted(backup, List.of())).paths())
        .containsExactly("extra", "global/pg_control");
    Set<String> rewritten = new TreeSet<>();
    new Unchanged(target, backup, Set.of())
        .sort(
            new Workers(1, new Cancel()),
            _ -> {},
            _ -> {},
            file -> rewritten.add(backup.table().path(file)));
    assertThat(rewritten).containsExactly("base/5/100");
    assertThat(contents(target)).isEqualTo(before);
  }

  /** Clears as a restore does; the files that have to be fetched then. */
  private List<String> fetched() {
    BackupFiles backup = backup();
    last = backup.table();
    Existing existing =
        new Existing(
            Occupied.DELTA,
            Optional.empty(),
            0,
            0,
            Existing.Removed.nothing(),
            List.of(),
            Optional.empty(),
            Optional.empty());
    Clearing clearing =
        new Clearing(target, existing, RestoreRequest.to(target, Instant.EPOCH), Outside.none());
    clearing.disarm();
    clearing.removeExtras(new Wanted(backup, List.of("pg_wal/archive_status")));
    clearing.keepUnchanged(clearing.unchanged(backup), backup, new Workers(2, new Cancel()));
    return IntStream.range(0, backup.table().count())
        .filter(backup::isFetched)
        .mapToObj(backup.table()::path)
        .toList();
  }

  /** Files of which the manifest has no checksum. */
  private final Set<String> unchecked = new TreeSet<>();

  private FileTable last = new FileTable();

  private BackupFiles backup() {
    FileTable table = new FileTable();
    BACKUP.forEach(
        (path, content) -> {
          byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
          int crc = Crc32cMath.of(ByteBuffer.wrap(bytes));
          table.add(
              path,
              bytes.length,
              0600,
              Instant.EPOCH,
              unchecked.contains(path) ? OptionalInt.empty() : OptionalInt.of(crc),
              FileTable.Fate.WRITTEN);
        });
    List<DirectoryEntry> directories =
        Stream.of("base", "base/5", "global", "pg_twophase", "pg_wal", "pg_xact")
            .map(path -> new DirectoryEntry(path, 0700))
            .toList();
    return new BackupFiles(
        table,
        Map.of(),
        directories,
        new SourcePaths("/source", Map.of(), Set.of()),
        0,
        List.of(),
        new PackContents(List.of(), (pack, first, last, taker) -> {}),
        new int[0]);
  }

  private static Set<String> contents(Path directory) throws IOException {
    Set<String> contents = new TreeSet<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.toList()) {
        boolean file = Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
        contents.add(path + (file ? " " + Files.readString(path) : ""));
      }
    }
    return contents;
  }
}
