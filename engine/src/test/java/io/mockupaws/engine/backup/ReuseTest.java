package io.mockupaws.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.BackupKind;
import io.mockupaws.core.format.CorruptPage;
import io.mockupaws.core.format.FileEntry;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.core.format.Run;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.summary.SummaryBuilder;
import io.mockupaws.engine.backup.BackupRequest.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What of an earlier backup is used, and what is read again. */
class ReuseTest {
  private static final Instant BEGUN = Instant.parse("2026-04-07T12:00:00Z");
  private static final Instant LONG_AGO = BEGUN.minusSeconds(3600);
  private static final int PAGE = 8192;
  private static final int PAGES_A_FILE = 100;
  private static final int CRC = 17;

  private final SummaryBuilder changes = new SummaryBuilder();
  private final List<CorruptPage> corrupt = new ArrayList<>();
  private final BaseFiles files = new BaseFiles();

  /** How many pages the one pack has. */
  private void pack(int pages) {
    files.pack(
        0,
        new PackTable(
            ObjectKey.of("p/0"),
            100 << 20,
            new int[] {pages * PAGE},
            new int[] {pages * PAGE + 32}));
  }

  private void file(String path, int pages, Instant modified, OptionalInt crc) {
    files.file(
        new FileEntry(
            path,
            FileEntry.Origin.DATA,
            (long) pages * PAGE,
            0600,
            modified,
            crc,
            List.of(new Run(0, (long) pages * PAGE, 0, 0, 0))));
  }

  private Base base() {
    ManifestHead head =
        new ManifestHead(
            new BackupId("20260407T120000Z-full-1a2b"),
            BackupKind.FULL,
            "c",
            7,
            180_006,
            new Timeline(1),
            new Lsn(1000),
            new Lsn(2000),
            BEGUN,
            BEGUN,
            16 << 20,
            PAGE,
            true,
            "",
            false,
            "sql",
            "/data",
            0700,
            Map.of(),
            List.of(),
            0,
            1L << 30,
            0,
            corrupt);
    return new Base(head, files, changes.summary(), new Lsn(3000), 0);
  }

  private Reuse reuse() {
    return reuse(LONG_AGO);
  }

  private Reuse reuse(Instant serverStarted) {
    files.seal();
    return new Reuse(base(), PAGE, PAGES_A_FILE, serverStarted);
  }

  /** Blocks of the file that are read. */
  private static Optional<List<Long>> read(Reuse reuse, String path, int pages) {
    return reuse
        .parts(path, (long) pages * PAGE)
        .map(
            parts -> {
              List<Long> blocks = new ArrayList<>();
              for (Parts.Part part : parts.all()) {
                for (long at = part.offset(); at < part.end(); at += PAGE) {
                  blocks.add(at / PAGE);
                }
              }
              return blocks;
            });
  }

  @Test
  void whatWasDamagedThenIsReadAgainThoughNothingChangedIt() {
    pack(200);
    file("base/5/16384", 100, LONG_AGO, OptionalInt.of(CRC));
    file("base/5/16384.1", 40, LONG_AGO, OptionalInt.of(CRC));
    file("base/5/16385", 40, LONG_AGO, OptionalInt.of(CRC));
    changes.block(1663, 5, 16_384, 0, 3);
    changes.block(1663, 5, 16_384, 0, 110);
    corrupt.add(new CorruptPage("base/5/16384", 4, "", ""));
    corrupt.add(new CorruptPage("base/5/16384", 90, "", ""));
    corrupt.add(new CorruptPage("base/5/16384.1", 107, "", ""));
    Reuse reuse = reuse();
    assertThat(read(reuse, "base/5/16384", 100)).contains(List.of(3L, 4L, 90L));
    assertThat(read(reuse, "base/5/16384.1", 41)).contains(List.of(7L, 10L, 40L));
    assertThat(read(reuse, "base/5/16385", 40)).contains(List.of());
  }

  @Test
  void mapsOfWhatChangedAndWhatIsNoRelationAreReadWhole() {
    pack(200);
    for (String path : List.of("base/5/1_fsm", "base/5/1_vm", "base/5/1", "pg_xact/0000")) {
      file(path, 40, LONG_AGO, OptionalInt.of(CRC));
    }
    for (String path : List.of("base/5/2_vm", "base/5/3_vm", "base/5/3")) {
      file(path, 40, LONG_AGO, OptionalInt.of(CRC));
    }
    changes.block(1663, 5, 3, 0, 50_000);
    changes.block(1663, 5, 2, 2, 50_000);
    Reuse reuse = reuse();
    assertThat(read(reuse, "base/5/1", 40)).contains(List.of());
    assertThat(read(reuse, "base/5/3", 40)).contains(List.of());
    assertThat(read(reuse, "base/5/1_fsm", 40)).isEmpty();
    assertThat(read(reuse, "base/5/1_vm", 40)).as("nothing changed").contains(List.of());
    assertThat(read(reuse, "base/5/2_vm", 40)).as("the map changed").isEmpty();
    assertThat(read(reuse, "base/5/3_vm", 40)).as("its heap changed").isEmpty();
    assertThat(read(reuse, "pg_xact/0000", 40)).isEmpty();
    assertThat(read(reuse, "base/5/2", 40)).as("one that the base lacks").isEmpty();
  }

  /** What the plan reads of two files that the base has, of which the WAL names one page each. */
  private PartPlan plan(Instant serverStarted, Instant first, Instant second) {
    pack(200);
    Listing listing = new Listing(new Exclusions("PG_18_202506291", 18, List.of()));
    file("base/5/1", 40, LONG_AGO, OptionalInt.of(CRC));
    file("base/5/2", 60, LONG_AGO, OptionalInt.of(CRC));
    changes.block(1663, 5, 1, 0, 7);
    listing.addFile("base/5/1", 40L * PAGE, LONG_AGO, first, 0600);
    listing.addFile("base/5/2", 60L * PAGE, LONG_AGO, second, 0600);
    return PartPlan.of(listing.seal(), reuse(serverStarted), _ -> false, (_, _) -> {});
  }

  @Test
  void whatChangedSinceTheBaseOfAServerThatWasRestartedIsReadWhole() {
    PartPlan plan = plan(BEGUN.plusSeconds(1), BEGUN.plusSeconds(1), LONG_AGO);
    assertThat(plan.isKnown(0)).as("it changed").isFalse();
    assertThat(plan.isKnown(1)).as("it did not").isTrue();
    assertThat(plan.unwatched()).isEqualTo(1);
    assertThat(plan.savedBytes()).isEqualTo(60L * PAGE);
  }

  /** The files may lie on a host whose clock is behind. */
  @Test
  void aMinuteBeforeTheBaseCountsAsSince() {
    PartPlan plan = plan(BEGUN.plusSeconds(1), BEGUN.minusSeconds(60), BEGUN.minusSeconds(61));
    assertThat(plan.isKnown(0)).isFalse();
    assertThat(plan.isKnown(1)).isTrue();
  }

  @Test
  void ofAServerThatRanAllTheTimeTheWalIsBelieved() {
    PartPlan plan = plan(BEGUN.minusSeconds(1), BEGUN.plusSeconds(1), BEGUN.plusSeconds(1));
    assertThat(plan.unwatched()).isZero();
    assertThat(plan.savedBytes()).isEqualTo(99L * PAGE);
  }

  private static OptionalInt same(Reuse reuse, String path, Instant modified, int pages, int crc) {
    return reuse.same(
        new Listing.Listed(path, (long) pages * PAGE, modified, 0600), (long) pages * PAGE, crc);
  }

  @Test
  void aFileIsTheSameBySizeTimeAndChecksum() {
    pack(200);
    file("pg_xact/0000", 2, LONG_AGO, OptionalInt.of(CRC));
    Reuse reuse = reuse();
    assertThat(same(reuse, "pg_xact/0000", LONG_AGO, 2, CRC)).hasValue(0);
    assertThat(same(reuse, "pg_xact/0001", LONG_AGO, 2, CRC)).isEmpty();
    assertThat(same(reuse, "pg_xact/0000", LONG_AGO, 3, CRC)).isEmpty();
    assertThat(same(reuse, "pg_xact/0000", LONG_AGO.plusMillis(1), 2, CRC)).isEmpty();
    assertThat(same(reuse, "pg_xact/0000", LONG_AGO, 2, CRC + 1)).isEmpty();
  }

  /** Written shortly before the base began, it may have been written again in the same second. */
  @Test
  void aFileOfTheLastMomentsIsNotBelievedToBeTheSame() {
    pack(200);
    Duration racy = Duration.ofSeconds(2);
    file("pg_xact/0000", 2, BEGUN.minus(racy), OptionalInt.of(CRC));
    file("pg_xact/0001", 2, BEGUN.plusSeconds(5), OptionalInt.of(CRC));
    file("pg_xact/0002", 2, BEGUN.minus(racy).minusMillis(1), OptionalInt.of(CRC));
    Reuse reuse = reuse();
    assertThat(same(reuse, "pg_xact/0000", BEGUN.minus(racy), 2, CRC)).isEmpty();
    assertThat(same(reuse, "pg_xact/0001", BEGUN.plusSeconds(5), 2, CRC)).isEmpty();
    assertThat(same(reuse, "pg_xact/0002", BEGUN.minus(racy).minusMillis(1), 2, CRC)).hasValue(2);
  }

  /** A CRC over a file that ends in its own is the same whatever is in it. */
  @Test
  void aFileThatEndsInItsChecksumIsNeverTheSame() {
    pack(200);
    List<String> paths =
        List.of("global/pg_filenode.map", "base/5/pg_filenode.map", "pg_twophase/0000000A");
    paths.forEach(path -> file(path, 1, LONG_AGO, OptionalInt.of(CRC)));
    file("pg_logical/replorigin_checkpoint", 1, LONG_AGO, OptionalInt.of(CRC));
    Reuse reuse = reuse();
    paths.forEach(path -> assertThat(same(reuse, path, LONG_AGO, 1, CRC)).as(path).isEmpty());
    assertThat(same(reuse, "pg_logical/replorigin_checkpoint", LONG_AGO, 1, CRC)).isEmpty();
  }

  @Test
  void aBaseOfWhichMostWasReplacedIsNoneUnlessItIsAskedFor() {
    pack(100);
    file("base/5/1", 50, LONG_AGO, OptionalInt.of(CRC));
    assertThatCode(() -> base().demandWorth(Kind.AUTO)).as("half").doesNotThrowAnyException();
    BaseFiles less = new BaseFiles();
    files.packs().forEach(pack -> less.pack(0, pack));
    less.file(
        new FileEntry(
            "base/5/1",
            FileEntry.Origin.DATA,
            49L * PAGE,
            0600,
            LONG_AGO,
            CRC,
            List.of(new Run(0, 49L * PAGE, 0, 0, 0))));
    Base base = new Base(base().head(), less, changes.summary(), new Lsn(3000), 0);
    assertThatCode(() -> base.demandWorth(Kind.INCREMENTAL)).doesNotThrowAnyException();
    Failure refused = catchThrowableOfType(Failure.class, () -> base.demandWorth(Kind.AUTO));
    assertThat(refused.code()).isEqualTo(ErrorCode.NO_BASE_BACKUP);
    assertThat(refused.what()).contains("has been replaced").contains(base.head().id().value());
  }

  /** Beyond what a full backup reads, walking through WAL costs more than that. */
  @Test
  void moreWalThanAFullBackupReadsIsNotWalkedThroughUnlessItIsAskedFor() {
    ManifestHead head = base().head();
    assertThatCode(() -> new MostWal(Kind.AUTO).demand(head, 1L << 30)).doesNotThrowAnyException();
    assertThatCode(() -> new MostWal(Kind.INCREMENTAL).demand(head, 1L << 40))
        .doesNotThrowAnyException();
    Failure refused =
        catchThrowableOfType(
            Failure.class, () -> new MostWal(Kind.AUTO).demand(head, (1L << 30) + 1));
    assertThat(refused.code()).isEqualTo(ErrorCode.NO_BASE_BACKUP);
    assertThat(refused.what()).contains("WAL without a summary");
  }
}
