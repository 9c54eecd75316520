package io.mockupaws.engine.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.PackTable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random files scattered over random packs come out as they went in. */
class AssemblyTest {
  private static final Owner SELF = Owners.ourself();

  @TempDir Path directory;

  @Property(tries = 40)
  void everyFileIsWhatItWasAndEveryFrameIsFetchedOnce(@ForAll long seed) throws IOException {
    Path target = Files.createTempDirectory("assembly");
    Scattered backup = new Scattered(new Random(seed));
    assemble(backup, target, backup.fetcher());
    for (int file = 0; file < backup.contents.size(); file++) {
      Path written = target.resolve("f" + file);
      assertThat(Files.readAllBytes(written)).isEqualTo(backup.contents.get(file));
      assertThat(LocalFiles.mode(written)).isEqualTo(0600);
      Files.delete(written);
    }
    Files.delete(target);
    assertThat(backup.fetched.values()).allMatch(times -> times == 1);
    assertThat(backup.fetched.keySet()).containsAll(backup.wantedFrames);
  }

  /** A file without a checksum may be equal all the same: what is there is not written again. */
  @Test
  void ofAFileThatIsThereOnlyWhatDiffersIsWritten() throws IOException {
    Scattered backup = new Scattered(new Random(8));
    assemble(backup, directory, backup.fetcher());
    FileTable table = backup.table();
    FileTime before = FileTime.fromMillis(1000);
    int changed = backup.contents.size() - 1;
    while (backup.contents.get(changed).length == 0) {
      changed--;
    }
    for (int file = 0; file < table.count(); file++) {
      table.overlay(file);
      Path path = directory.resolve("f" + file);
      if (file == changed) {
        byte[] content = Files.readAllBytes(path);
        content[content.length / 2] ^= 1;
        Files.write(path, content);
      }
      Files.setLastModifiedTime(path, before);
    }
    Runnable finish = assemble(backup, table, directory, backup.fetcher(), new Cancel());
    for (int file = 0; file < table.count(); file++) {
      Path path = directory.resolve("f" + file);
      assertThat(Files.readAllBytes(path)).isEqualTo(backup.contents.get(file));
      assertThat(Files.getLastModifiedTime(path).equals(before)).isEqualTo(file != changed);
    }
    finish.run();
  }

  /** Whether its checksum is computed while it is written or by reading it again. */
  @Test
  void aByteThatIsNotWhatWasBackedUpIsFoundInEveryFile() throws IOException {
    Scattered backup = new Scattered(new Random(5));
    Set<Integer> victims = new HashSet<>();
    for (Map.Entry<String, Integer> victim : backup.someByteOf.entrySet()) {
      if (victims.add(victim.getValue())) {
        Path target = Files.createDirectory(directory.resolve("t" + victim.getValue()));
        assertThatThrownBy(() -> assemble(backup, target, changing(backup, victim.getKey())))
            .isInstanceOfSatisfying(
                Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DAMAGED_OBJECT));
      }
    }
    assertThat(victims).hasSizeGreaterThan(3).anyMatch(file -> file % 3 == 2);
  }

  private static PackContents.FrameFetcher changing(Scattered backup, String where) {
    PackContents.FrameFetcher honest = backup.fetcher();
    return (pack, first, last, taker) ->
        honest.fetch(
            pack,
            first,
            last,
            (frame, content) -> {
              for (int at = 0; at < content.remaining(); at++) {
                if (where.equals(key(pack, frame, at))) {
                  content.put(at, (byte) (content.get(at) + 1));
                }
              }
              taker.frame(frame, content);
            });
  }

  @Test
  void aFullDiskIsCalledSo() {
    Path full = Path.of("/dev/full");
    assertThatThrownBy(
            () ->
                LocalFiles.attempt(
                    "writing",
                    full,
                    () -> {
                      try (FileChannel channel = LocalFiles.openForPieces(full)) {
                        LocalFiles.writeFully(channel, ByteBuffer.allocate(10), 0);
                      }
                      return full;
                    }))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DISK_FULL));
  }

  @Test
  void theFirstFailureEndsAllWorkersAndIsTheOneReported() {
    Scattered backup = new Scattered(new Random(6));
    Failure missing = new Failure(ErrorCode.OBJECT_MISSING, "gone", "look");
    assertThatThrownBy(
            () ->
                assemble(
                    backup,
                    directory,
                    (_, _, _, _) -> {
                      throw missing;
                    }))
        .isSameAs(missing);
  }

  @Test
  void aWishToStopIsHeardBetweenFrames() {
    Scattered backup = new Scattered(new Random(7));
    Cancel cancel = new Cancel();
    PackContents.FrameFetcher fetcher = backup.fetcher();
    assertThatThrownBy(
            () ->
                assemble(
                    backup,
                    directory,
                    (pack, first, last, taker) -> {
                      cancel.ask();
                      fetcher.fetch(pack, first, last, taker);
                    },
                    cancel))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.RESTORE_INTERRUPTED));
  }

  private static void assemble(Scattered backup, Path target, PackContents.FrameFetcher fetcher) {
    assemble(backup, target, fetcher, new Cancel());
  }

  private static void assemble(
      Scattered backup, Path target, PackContents.FrameFetcher fetcher, Cancel cancel) {
    assemble(backup, backup.table(), target, fetcher, cancel).run();
  }

  /** Writes, and returns what finishes the files. */
  private static Runnable assemble(
      Scattered backup,
      FileTable table,
      Path target,
      PackContents.FrameFetcher fetcher,
      Cancel cancel) {
    PackContents packs = new PackContents(backup.tables, fetcher);
    FileChecksums checksums = new FileChecksums(table);
    RunTable runs = backup.runs();
    FileAssembler assembler =
        new FileAssembler(
            runs,
            file -> target.resolve(table.path(file)),
            table::isOverlaid,
            checksums,
            new LongAdder());
    Workers workers = new Workers(4, cancel);
    workers.forEach(
        new FetchUnits(packs, runs, 0, packs.packs(), 3000),
        unit -> {
          try (FileAssembler.Hand hand = assembler.hand()) {
            packs.fetch(
                unit.pack(),
                unit.firstFrame(),
                unit.lastFrame(),
                (frame, content) -> {
                  workers.check();
                  hand.frame(unit.pack(), packs.start(unit.pack(), frame), content);
                });
          }
        });
    FileFinisher finisher =
        new FileFinisher(table, file -> target.resolve(table.path(file)), checksums, SELF);
    return () -> {
      for (int file = 0; file < table.count(); file++) {
        finisher.complete(file);
      }
    };
  }

  private static String key(PackTable pack, int frame, int at) {
    return pack.key() + "/" + frame + "/" + at;
  }
}
