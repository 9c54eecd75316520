package io.mockupaws.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.BackupNote;
import io.mockupaws.core.format.BackupNote.Attempt;
import io.mockupaws.core.format.FileEntry;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.core.format.Run;
import io.mockupaws.core.pg.Fork;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Relation;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.MadeJournal;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Files of a broken-off backup against a journal of made WAL. */
class ChangedSinceTest {
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");
  private static final long NANOS_A_LOOK = 200_000_000;
  private static final int BLOCKS_PER_FILE = 131_072;
  private static final int BYTES = 64 << 20;
  private static final Relation A = new Relation(1663, 5, 100);
  private static final Relation B = new Relation(1663, 6, 100);
  private static final Relation C = new Relation(16_390, 5, 200);
  private static final String OF_A = "base/5/100";
  private static final String OF_A_1 = "base/5/100.1";
  private static final String OF_B = "base/6/100";
  private static final String OF_C = "pg_tblspc/16390/PG_18_202506291/5/200";
  private static final Set<String> ALL = Set.of(OF_A, OF_A_1, OF_B, OF_C);
  private static final PackTable PACK =
      new PackTable(
          ObjectKey.of("clusters/c/packs/a/000000"), 5000, new int[] {3000}, new int[] {3100});

  /** A repository with WAL, and what a backup that broke off has stored. */
  private static final class World implements AutoCloseable {
    private final Path spool = temporary();
    private final Repository repository =
        Repository.create(Stores.inMemory(), Optional.empty(), new SecureRandom());
    private final ClusterRepository cluster =
        repository.createCluster(
            new ClusterIdentity("c", MadeJournal.SYSTEM, 18, MadeJournal.SEGMENT, NOON));
    private final MadeJournal journal = new MadeJournal(repository, cluster, spool);
    private final MadeRecords wal = new MadeRecords(journal);
    private final Leftovers leftovers = new Leftovers();
    private Timeline timeline = new Timeline(1);

    World() {
      journal.fillTo(0.1);
    }

    private static Path temporary() {
      try {
        return Files.createTempDirectory("mockupaws-changed-");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** A backup begins here, and stores these files. */
    Lsn attempt(int number, String... paths) {
      Lsn start = journal.end();
      wal.checkpoint(start, false);
      Attempt attempt =
          new Attempt(
              new BackupId("20260407T12000" + number + "Z-full-1a2b"),
              MadeJournal.SYSTEM,
              new Timeline(1),
              start,
              NOON,
              180_006,
              8192,
              true,
              false);
      List<FileEntry> files = new ArrayList<>();
      for (String path : paths) {
        files.add(
            new FileEntry(
                path,
                FileEntry.Origin.DATA,
                BYTES,
                0600,
                NOON,
                17,
                List.of(new Run(0, BYTES, 0, 0, 0))));
      }
      leftovers.add(List.of(new BackupNote(attempt, 0, PACK, files)), Map.of(0, PACK));
      return start;
    }

    /** What may be used by a backup that begins here. */
    Set<String> used() {
      Lsn start = journal.end();
      journal.commit(NOON);
      journal.store();
      return usedAt(start);
    }

    Set<String> usedAt(Lsn start) {
      Journal journal = new Journal(cluster);
      long[] now = new long[1];
      CoveredWal wal = new CoveredWal(journal, timeline, _ -> now[0] += NANOS_A_LOOK, () -> now[0]);
      new ChangedSince(journal, timeline, BLOCKS_PER_FILE, wal)
          .remove(leftovers, start, () -> false);
      Set<String> used = new TreeSet<>();
      ALL.stream().filter(path -> leftovers.of(path).isPresent()).forEach(used::add);
      return used;
    }

    @Override
    public void close() {
      try (Stream<Path> all = Files.walk(spool)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** What is left of four files when this is in the WAL between the two backups. */
  private static Set<String> leftBehind(Consumer<MadeRecords> change) {
    try (World world = new World()) {
      world.attempt(1, OF_A, OF_A_1, OF_B, OF_C);
      change.accept(world.wal);
      return world.used();
    }
  }

  private static void assertAllRefused(Consumer<MadeRecords> change, String why) {
    try (World world = new World()) {
      world.attempt(1, OF_A, OF_A_1, OF_B, OF_C);
      change.accept(world.wal);
      assertThat(world.used()).isEmpty();
      assertThat(world.leftovers.reasons()).singleElement().asString().contains(why);
    }
  }

  @Test
  void whatIsDoneToADatabaseAndNotKnownChangesAllFiles() {
    try (World world = new World()) {
      world.attempt(1, ALL.toArray(String[]::new));
      world.wal.unknownOfDatabase();
      assertThat(world.used()).isEmpty();
      assertThat(world.leftovers.reasons()).anyMatch(why -> why.contains("to a database"));
    }
  }

  @Test
  void whatNothingChangedIsUsed() {
    assertThat(leftBehind(wal -> {})).isEqualTo(ALL);
  }

  @Test
  void aChangedBlockTakesOutItsFileAlone() {
    assertThat(leftBehind(wal -> wal.block(A, Fork.MAIN, 7))).containsOnly(OF_A_1, OF_B, OF_C);
    assertThat(leftBehind(wal -> wal.block(A, Fork.MAIN, BLOCKS_PER_FILE)))
        .containsOnly(OF_A, OF_B, OF_C);
    assertThat(leftBehind(wal -> wal.blocks(A, 7, BLOCKS_PER_FILE + 1))).containsOnly(OF_B, OF_C);
    assertThat(leftBehind(wal -> wal.block(C, Fork.MAIN, 0))).containsOnly(OF_A, OF_A_1, OF_B);
  }

  @Test
  void aChangeOfAnotherForkOrRelationTakesOutNothing() {
    assertThat(
            leftBehind(
                wal -> {
                  wal.block(A, Fork.VISIBILITY, 0);
                  wal.block(A, Fork.FREE_SPACE, 2);
                  wal.block(new Relation(1663, 5, 101), Fork.MAIN, 7);
                  wal.block(new Relation(1664, 0, 100), Fork.MAIN, 7);
                  wal.made(new Relation(1663, 5, 101));
                }))
        .isEqualTo(ALL);
  }

  @Test
  void aFileCutOffOrMadeAgainTakesOutTheRelation() {
    assertThat(leftBehind(wal -> wal.cutOff(A))).containsOnly(OF_B, OF_C);
    assertThat(leftBehind(wal -> wal.made(A))).containsOnly(OF_B, OF_C);
    assertThat(leftBehind(wal -> wal.made(C))).containsOnly(OF_A, OF_A_1, OF_B);
  }

  @Test
  void aDatabaseOrTablespaceMadeOrDroppedTakesOutWhatIsInIt() {
    assertThat(leftBehind(wal -> wal.databaseCopied(6, 1663))).containsOnly(OF_A, OF_A_1, OF_C);
    assertThat(leftBehind(wal -> wal.databaseMade(5, 1663))).containsOnly(OF_B, OF_C);
    assertThat(leftBehind(wal -> wal.databaseDropped(5, 1663, 16_390))).containsOnly(OF_B);
    assertThat(leftBehind(wal -> wal.tablespaceMade(16_390))).containsOnly(OF_A, OF_A_1, OF_B);
    assertThat(leftBehind(wal -> wal.tablespaceDropped(16_390))).containsOnly(OF_A, OF_A_1, OF_B);
  }

  @Test
  void aServerThatWasDownOrRecoveredOrSetAnewLeavesNothing() {
    assertAllRefused(wal -> wal.checkpoint(new Lsn(64L << 20), true), "was shut down");
    assertAllRefused(MadeRecords::endOfRecovery, "recovered since");
    assertAllRefused(MadeRecords::parameterChange, "settings changed");
    assertAllRefused(MadeRecords::custom, "an extension wrote WAL of its own");
  }

  @Test
  void withoutAllTheWalBetweenNothingIsUsed() {
    try (World world = new World()) {
      world.attempt(1, OF_A, OF_B);
      world.journal.commit(NOON);
      world.journal.store();
      world.journal.fillTo(4.1);
      world.journal.forgetUpTo(3);
      assertThat(world.used()).isEmpty();
      assertThat(world.leftovers.reasons()).singleElement().asString().contains("without a gap");
    }
  }

  /** The stream was stopped: what was written since is not there, and does not come. */
  @Test
  void whileTheJournalEndsBeforeTheStartNothingIsUsed() {
    try (World world = new World()) {
      world.attempt(1, OF_A, OF_B);
      world.journal.commit(NOON);
      world.journal.store();
      assertThat(world.usedAt(world.journal.end().plus(1000))).isEmpty();
      assertThat(world.leftovers.reasons()).singleElement().asString().contains("without a gap");
    }
  }

  @Test
  void damagedWalBetweenLeavesNothing() {
    try (World world = new World()) {
      world.attempt(1, OF_A, OF_B);
      Lsn at = world.journal.commit(NOON);
      world.journal.fillTo(0.3);
      world.journal.damage(at.plus(100));
      Lsn start = world.journal.end();
      world.journal.store();
      assertThat(world.usedAt(start)).isEmpty();
      assertThat(world.leftovers.reasons()).hasSize(1);
    }
  }

  @Test
  void onAnotherTimelineNothingIsUsed() {
    try (World world = new World()) {
      world.attempt(1, OF_A, OF_B);
      world.timeline = new Timeline(2);
      assertThat(world.used()).isEmpty();
      assertThat(world.leftovers.reasons()).hasSize(1);
    }
  }

  /** The journal of another life has no checkpoint at that place. */
  @Test
  void aStartThatIsNotInTheWalLeavesNothing() {
    try (World world = new World()) {
      world.journal.commit(NOON);
      Lsn elsewhere = world.journal.end();
      world.journal.commit(NOON);
      world.attempt(1, OF_A);
      Leftovers others = world.leftovers;
      others.add(
          List.of(
              new BackupNote(
                  new Attempt(
                      new BackupId("20260407T110000Z-full-3c4d"),
                      MadeJournal.SYSTEM,
                      new Timeline(1),
                      elsewhere,
                      NOON,
                      180_006,
                      8192,
                      true,
                      false),
                  0,
                  PACK,
                  List.of(
                      new FileEntry(
                          OF_B,
                          FileEntry.Origin.DATA,
                          BYTES,
                          0600,
                          NOON,
                          17,
                          List.of(new Run(0, BYTES, 0, 0, 0)))))),
          Map.of(0, PACK));
      assertThat(world.used()).isEmpty();
      assertThat(world.leftovers.reasons())
          .allSatisfy(why -> assertThat(why).contains("does not have its checkpoint"));
    }
  }

  @Test
  void aStartBehindThisOnesLeavesNothing() {
    try (World world = new World()) {
      Lsn before = world.journal.end();
      world.journal.commit(NOON);
      world.attempt(1, OF_A);
      world.journal.store();
      assertThat(world.usedAt(before)).isEmpty();
      assertThat(world.leftovers.reasons()).singleElement().asString().contains("lies behind");
    }
  }

  /** Random WAL over two attempts: what is used is what no record behind its attempt touched. */
  @Property(tries = 25)
  void whatIsUsedWasTouchedByNoRecordSinceItsOwnStart(@ForAll long seed) {
    Random random = new Random(seed);
    try (World world = new World()) {
      world.attempt(1, OF_A, OF_A_1, OF_B, OF_C);
      Set<String> model = new TreeSet<>(ALL);
      for (int i = random.nextInt(4); i > 0; i--) {
        touch(world.wal, random, model::removeAll);
      }
      world.attempt(2, OF_B, OF_C);
      model.addAll(List.of(OF_B, OF_C));
      for (int i = random.nextInt(4); i > 0; i--) {
        touch(world.wal, random, model::removeAll);
      }
      assertThat(world.used()).as("seed %d", seed).isEqualTo(model);
    }
  }

  private static void touch(MadeRecords wal, Random random, Consumer<Set<String>> touched) {
    Relation relation = List.of(A, B, C).get(random.nextInt(3));
    Set<String> of =
        relation.equals(A) ? Set.of(OF_A, OF_A_1) : Set.of(relation.equals(B) ? OF_B : OF_C);
    switch (random.nextInt(6)) {
      case 0 -> {
        wal.block(relation, Fork.MAIN, random.nextInt(BLOCKS_PER_FILE));
        touched.accept(relation.equals(A) ? Set.of(OF_A) : of);
      }
      case 1 -> {
        wal.cutOff(relation);
        touched.accept(of);
      }
      case 2 -> {
        wal.made(relation);
        touched.accept(of);
      }
      case 3 -> {
        wal.databaseDropped(5, 1663);
        touched.accept(Set.of(OF_A, OF_A_1));
      }
      case 4 -> wal.block(relation, Fork.VISIBILITY, 0);
      default -> wal.block(new Relation(1663, 7, 100), Fork.MAIN, 0);
    }
  }
}
