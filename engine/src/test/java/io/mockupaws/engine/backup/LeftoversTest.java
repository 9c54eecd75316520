package io.mockupaws.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.BackupNote;
import io.mockupaws.core.format.BackupNote.Attempt;
import io.mockupaws.core.format.FileEntry;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.core.format.Run;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Relation;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.cluster.ServerFacts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LeftoversTest {
  private static final Instant STARTED = Instant.parse("2026-04-07T11:00:00.123456Z");
  private static final Instant CHANGED = Instant.parse("2026-04-07T10:00:00.123Z");
  private static final int MIB = 1 << 20;
  private static final Lsn START = new Lsn(1000);
  private static final PackTable PACK =
      new PackTable(
          ObjectKey.of("clusters/c/packs/a/000000"), 5000, new int[] {3000}, new int[] {3100});

  private static Attempt attempt(String id, Lsn start) {
    return new Attempt(
        new BackupId(id), 7, new Timeline(1), start, STARTED, 180006, 8192, true, false);
  }

  private static final Attempt ATTEMPT = attempt("20260407T120000Z-full-1a2b", START);

  private static ServerFacts facts(
      long system, int timeline, Instant started, int version, boolean checksums, boolean standby) {
    return new ServerFacts(
        version,
        system,
        new Timeline(timeline),
        16 << 20,
        8192,
        131072,
        202506291,
        "/data",
        0700,
        checksums,
        standby,
        "UTF8",
        "UTC",
        started,
        Map.of(),
        List.of());
  }

  @Test
  void onlyTheSameRunOfTheSameServerGoesOn() {
    assertThat(Leftovers.obstacle(ATTEMPT, facts(7, 1, STARTED, 180006, true, false))).isEmpty();
    List<ServerFacts> others =
        List.of(
            facts(8, 1, STARTED, 180006, true, false),
            facts(7, 2, STARTED, 180006, true, false),
            facts(7, 1, STARTED.plusNanos(1000), 180006, true, false),
            facts(7, 1, STARTED, 180007, true, false),
            facts(7, 1, STARTED, 180006, false, false),
            facts(7, 1, STARTED, 180006, true, true));
    assertThat(others).allMatch(other -> Leftovers.obstacle(ATTEMPT, other).isPresent());
  }

  @Test
  void onlyLargeMainForksAreTakenOver() {
    assertThat(Leftovers.eligible("base/5/16384", MIB)).isPresent();
    assertThat(Leftovers.eligible("base/5/16384.3", MIB)).isPresent();
    assertThat(Leftovers.eligible("pg_tblspc/16390/PG_18_202506291/5/16391", MIB)).isPresent();
    assertThat(
            List.of(
                "base/5/16384_vm",
                "base/5/16384_fsm",
                "base/5/16384_init",
                "base/5/t3_16384",
                "base/5/pg_filenode.map",
                "global/1260",
                "pg_xact/0000",
                "pg_multixact/members/0000",
                "postgresql.conf"))
        .allMatch(path -> Leftovers.eligible(path, MIB).isEmpty());
    assertThat(Leftovers.eligible("base/5/16384", MIB - 1)).isEmpty();
  }

  private static FileEntry entry(String path, int pack) {
    return new FileEntry(
        path, FileEntry.Origin.DATA, MIB, 0600, CHANGED, 17, List.of(new Run(0, MIB, pack, 0, 0)));
  }

  private static Leftovers of(Attempt attempt, String... paths) {
    Leftovers leftovers = new Leftovers();
    add(leftovers, attempt, paths);
    return leftovers;
  }

  private static void add(Leftovers leftovers, Attempt attempt, String... paths) {
    List<FileEntry> files = List.of(paths).stream().map(path -> entry(path, 0)).toList();
    leftovers.add(List.of(new BackupNote(attempt, 0, PACK, files)), Map.of(0, PACK));
  }

  private static boolean has(Leftovers leftovers, String path) {
    return leftovers.of(path).isPresent();
  }

  @Test
  void aChangeTakesOutThePieceItIsIn() {
    Leftovers left = of(ATTEMPT, "base/5/100", "base/5/100.1", "base/6/100");
    left.changed(new Relation(1663, 5, 100), 1, START);
    assertThat(has(left, "base/5/100")).isTrue();
    assertThat(has(left, "base/5/100.1")).isFalse();
    assertThat(has(left, "base/6/100")).isTrue();
  }

  @Test
  void aFileMadeOrCutOffTakesOutTheWholeRelation() {
    Leftovers left = of(ATTEMPT, "base/5/100", "base/5/100.1", "base/5/101");
    left.changed(new Relation(1663, 5, 100), START);
    assertThat(has(left, "base/5/100")).isFalse();
    assertThat(has(left, "base/5/100.1")).isFalse();
    assertThat(has(left, "base/5/101")).isTrue();
  }

  @Test
  void aDatabaseOrTablespaceTakesOutWhatIsInIt() {
    String inSpace = "pg_tblspc/16390/PG_18_202506291/5/16391";
    Leftovers left = of(ATTEMPT, "base/5/100", "base/6/100", inSpace);
    left.changed(1663, Optional.of(5), START);
    assertThat(has(left, "base/5/100")).isFalse();
    assertThat(has(left, "base/6/100")).isTrue();
    assertThat(has(left, inSpace)).isTrue();
    left.changed(16390, Optional.empty(), START);
    assertThat(has(left, inSpace)).isFalse();
  }

  @Test
  void theNewestAttemptCountsAndChangesBeforeItsStartDoNot() {
    Lsn later = new Lsn(2000);
    Leftovers left = of(ATTEMPT, "base/5/100", "base/5/101");
    add(left, attempt("20260407T130000Z-full-3c4d", later), "base/5/101");
    Lsn between = new Lsn(1999);
    left.changed(new Relation(1663, 5, 100), 0, between);
    left.changed(new Relation(1663, 5, 101), 0, between);
    assertThat(has(left, "base/5/100")).isFalse();
    assertThat(left.of("base/5/101").orElseThrow().start()).isEqualTo(later);
    left.changed(new Relation(1663, 5, 101), 0, later);
    assertThat(has(left, "base/5/101")).isFalse();
  }

  @Test
  void aFileWithAPackThatIsGoneIsNotUsed() {
    Leftovers left = new Leftovers();
    left.add(
        List.of(new BackupNote(ATTEMPT, 0, PACK, List.of(entry("base/5/100", 1)))),
        Map.of(0, PACK));
    assertThat(left.isEmpty()).isTrue();
  }

  @Test
  void anotherSizeOrTimeIsAnotherFile() {
    Leftover left = of(ATTEMPT, "base/5/100").of("base/5/100").orElseThrow();
    assertThat(left.mayBe(new Listing.Listed("base/5/100", MIB, CHANGED, 0600))).isTrue();
    assertThat(left.mayBe(new Listing.Listed("base/5/100", MIB + 1, CHANGED, 0600))).isFalse();
    assertThat(left.mayBe(new Listing.Listed("base/5/100", MIB, CHANGED.plusSeconds(1), 0600)))
        .isFalse();
  }

  @Test
  void aNoteIsReadAsItWasWritten() {
    BackupNote note = new BackupNote(ATTEMPT, 3, PACK, List.of(entry("base/5/100", 3)));
    BackupNote read = BackupNote.decode(ObjectKey.of("clusters/c/notes/a/000003"), note.encode());
    assertThat(read.attempt()).isEqualTo(ATTEMPT);
    assertThat(read.number()).isEqualTo(3);
    assertThat(read.files()).isEqualTo(note.files());
    assertThat(read.pack().key()).isEqualTo(PACK.key());
    assertThat(read.pack().size()).isEqualTo(PACK.size());
  }
}
