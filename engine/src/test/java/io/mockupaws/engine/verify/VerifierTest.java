package io.mockupaws.engine.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.CorruptPage;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Store;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One object after the other goes bad, in every way; a plain restore judges the verdicts. */
class VerifierTest {
  @TempDir Path spool;

  private static VerifyReport verify(Store store, Depth depth) {
    Repository repository = Damaged.open(store);
    return new Verifier(repository, repository.cluster("c"))
        .run(new VerifyRequest(Optional.empty(), depth, 3), _ -> {});
  }

  /** Backups called whole are restored, and no others. */
  private static void assertJudged(Store store, VerifyReport report) {
    Repository repository = Damaged.open(store);
    for (BackupVerdict verdict : report.backups()) {
      String obstacle = Naive.obstacle(repository.cluster("c"), verdict.id());
      assertThat(obstacle.isEmpty())
          .as("%s: %s, %s", verdict.id(), obstacle, report.findings())
          .isEqualTo(verdict.whole());
    }
  }

  private static List<Boolean> whole(VerifyReport report) {
    return report.backups().stream().map(BackupVerdict::whole).toList();
  }

  private static String key(Store store, String prefix, int index) {
    return Damaged.keys(store, "clusters/c/" + prefix).get(index);
  }

  @Test
  void whatIsWholeIsCalledWhole() {
    MadeBackups made = new MadeBackups(spool).usual();
    for (Depth depth : Depth.values()) {
      VerifyReport report = verify(made.store, depth);
      assertThat(report.isWhole()).as("%s", report).isTrue();
      assertThat(whole(report)).containsExactly(true, true);
      assertJudged(made.store, report);
      assertThat(report.packs()).isEqualTo(4);
      assertThat(report.walBytes()).isGreaterThan(4L << 20);
      assertThat(report.window()).hasSize(1);
      assertThat(report.window().getFirst().to().lsn()).isEqualTo(made.journal.end());
    }
  }

  private VerifyReport damaged(
      MadeBackups made, String key, Damaged.Way way, String other, Depth depth) {
    Store bad = Damaged.copy(made.store, key, way, other);
    VerifyReport report = verify(bad, depth);
    if (depth == Depth.READ || way == Damaged.Way.MISSING) {
      assertThat(report.findings()).as("%s", report).extracting(Finding::object).contains(key);
      assertJudged(bad, report);
    }
    return report;
  }

  @ParameterizedTest
  @EnumSource
  void aPack(Damaged.Way way) {
    MadeBackups made = new MadeBackups(spool).usual();
    String ofFirst = key(made.store, "packs/", 1);
    String ofSecond = key(made.store, "packs/", 2);
    VerifyReport report = damaged(made, ofFirst, way, ofSecond, Depth.READ);
    assertThat(whole(report)).containsExactly(false, true);
    assertThat(report.lost()).as("nothing older leads to its end").hasSize(1);
    assertThat(report.window().getFirst().from().lsn())
        .isEqualTo(report.backups().getLast().head().orElseThrow().stop());

    report = damaged(made, ofSecond, way, ofFirst, Depth.READ);
    assertThat(whole(report)).containsExactly(true, false);
    assertThat(report.lost()).as("the first one and WAL lead there").isEmpty();

    report = damaged(made, ofSecond, way, ofFirst, Depth.LISTED);
    boolean shows = way != Damaged.Way.FLIPPED;
    assertThat(whole(report).getLast()).as("by listing").isEqualTo(!shows);
  }

  @ParameterizedTest
  @EnumSource
  void aManifest(Damaged.Way way) {
    MadeBackups made = new MadeBackups(spool).usual();
    String first = key(made.store, "backups/", 0);
    String second = key(made.store, "backups/", 1);
    for (Depth depth : Depth.values()) {
      VerifyReport report = damaged(made, second, way, first, depth);
      assertThat(report.findings()).extracting(Finding::object).containsOnly(second);
      assertThat(report.lost()).isEmpty();
      report = damaged(made, first, way, second, depth);
      assertThat(report.findings()).extracting(Finding::object).containsOnly(first);
      if (way != Damaged.Way.MISSING) {
        assertThat(report.lost()).as("nothing is older").hasSize(1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSegment(Damaged.Way way) {
    MadeBackups made = new MadeBackups(spool).usual();
    List<String> segments = Damaged.keys(made.store, "clusters/c/wal/");
    assertThat(segments).hasSize(4);
    VerifyReport report = damaged(made, segments.get(0), way, segments.get(1), Depth.READ);
    assertThat(whole(report)).containsExactly(false, true);
    assertThat(report.lost()).hasSize(1);

    report = damaged(made, segments.get(1), way, segments.get(0), Depth.READ);
    assertThat(whole(report)).containsExactly(true, true);
    assertThat(report.lost()).as("the second backup begins behind it").isEmpty();
    assertThat(report.isWhole()).isFalse();
    assertThat(report.window()).hasSize(2);

    report = damaged(made, segments.get(3), way, segments.get(0), Depth.READ);
    assertThat(whole(report)).containsExactly(true, true);
    assertThat(report.lost()).singleElement().asString().startsWith("everything from ");
    assertThat(report.window().getLast().to().lsn()).isLessThanOrEqualTo(Lsn.parse("0/4300000"));
  }

  @ParameterizedTest
  @EnumSource
  void aPieceOfTheTail(Damaged.Way way) {
    MadeBackups made = new MadeBackups(spool).usual();
    List<String> pieces = Damaged.keys(made.store, "clusters/c/tail/");
    assertThat(pieces).hasSizeGreaterThan(1);
    String first = pieces.getFirst();
    Store bad = Damaged.copy(made.store, first, way, pieces.getLast());
    VerifyReport report = verify(bad, Depth.READ);
    assertThat(report.isWhole()).isFalse();
    assertThat(report.lost()).hasSize(1);
    assertThat(whole(report)).containsExactly(true, true);
    assertThat(report.findings().getFirst().object())
        .startsWith(first.substring(0, first.lastIndexOf('/')));
    assertJudged(bad, report);
    if (way != Damaged.Way.MISSING) { // of a last piece that is gone nothing tells
      report = damaged(made, pieces.getLast(), way, first, Depth.READ);
      assertThat(report.lost()).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource(names = "MISSING", mode = EnumSource.Mode.EXCLUDE)
  void aRecordOfTheJournal(Damaged.Way way) {
    MadeBackups made = new MadeBackups(spool).usual();
    byte[] text = "1\t0/4000000\tno recovery target specified\n".getBytes(UTF_8);
    made.cluster.put(made.cluster.key("history/00000002.history"), ObjectKind.RECORD, text);
    made.cluster.put(made.cluster.key("history/00000003.history"), ObjectKind.RECORD, text);
    String key = "clusters/c/history/00000002.history";
    for (Depth depth : Depth.values()) {
      VerifyReport report = damaged(made, key, way, "clusters/c/history/00000003.history", depth);
      assertThat(whole(report)).containsExactly(false, false);
      assertThat(report.lost()).hasSize(1);
    }
  }

  @Test
  void aHistoryThatIsMissingIsNamed() {
    MadeBackups made = new MadeBackups(spool).usual();
    String segment = key(made.store, "wal/", 3);
    String onSecond = segment.replace("00000001", "00000002");
    made.cluster.put(
        ObjectKey.of(onSecond),
        ObjectKind.SEGMENT,
        made.cluster.get(ObjectKey.of(segment), ObjectKind.SEGMENT),
        made.cluster.trailer(ObjectKey.of(segment), ObjectKind.SEGMENT));
    VerifyReport report = verify(made.store, Depth.LISTED);
    assertThat(report.findings())
        .extracting(Finding::object)
        .containsExactly("clusters/c/history/00000002.history");
    assertThat(report.lost()).singleElement().asString().contains("timeline 2");
  }

  @ParameterizedTest
  @EnumSource
  void whatOpensTheRepository(Damaged.Way way) {
    MadeBackups made = new MadeBackups(spool).usual();
    MadeBackups stranger = new MadeBackups(spool.resolve("other"));
    String slot = Damaged.keys(made.store, "keys/").getFirst();
    String strangers = Damaged.keys(stranger.store, "keys/").getFirst();
    stranger.repository.createCluster(renamed(made.cluster.identity()));
    made.store.create(ObjectKey.of("x/repository"), Damaged.bytes(stranger.store, "repository"));
    made.store.create(ObjectKey.of("x/slot"), Damaged.bytes(stranger.store, strangers));
    made.store.create(
        ObjectKey.of("x/cluster"), Damaged.bytes(stranger.store, "clusters/other/cluster"));
    for (List<String> pair :
        List.of(
            List.of("repository", "x/repository"),
            List.of(slot, "x/slot"),
            List.of("clusters/c/cluster", "x/cluster"))) {
      Store bad = Damaged.copy(made.store, pair.getFirst(), way, pair.getLast());
      assertThatThrownBy(() -> verify(bad, Depth.LISTED))
          .isInstanceOfSatisfying(
              Failure.class,
              e -> {
                assertThat(e.code())
                    .isIn(
                        ErrorCode.NO_REPOSITORY,
                        ErrorCode.DAMAGED_OBJECT,
                        ErrorCode.OBJECT_MISSING);
                assertThat(e.what()).containsAnyOf(pair.getFirst(), "keys/", "no repository");
              });
    }
  }

  private static ClusterIdentity renamed(ClusterIdentity of) {
    return new ClusterIdentity(
        "other", of.systemIdentifier(), of.serverMajor(), of.walSegmentSize(), of.createdAt());
  }

  /** The end of a pack is not needed; that it is wrong is said all the same. */
  @Test
  void damageWhereNothingIsNeeded() {
    MadeBackups made = new MadeBackups(spool).usual();
    String pack = key(made.store, "packs/", 0);
    byte[] bytes = Damaged.bytes(made.store, pack);
    bytes[bytes.length - 1] ^= 1;
    made.store.delete(ObjectKey.of(pack));
    made.store.create(ObjectKey.of(pack), bytes);
    VerifyReport report = verify(made.store, Depth.READ);
    assertThat(report.findings()).extracting(Finding::kind).containsExactly(Finding.Kind.UNNEEDED);
    assertThat(whole(report)).containsExactly(true, true);
    assertThat(report.lost()).isEmpty();
    assertJudged(made.store, report);
  }

  /** Bytes that are authentic and still not what the manifest promises. */
  @Test
  void pagesAreVerifiedWithTheRulesOfReplay() {
    MadeBackups made = new MadeBackups(spool);
    Lsn start = made.journal.end();
    made.journal.fillTo(0.4);
    Lsn stop = made.journal.commit(Instant.parse("2026-04-07T12:01:00Z"));
    Random random = new Random(1);
    made.known = List.of(new CorruptPage("base/5/16384", 40, "t", "its checksum is wrong"));
    made.pages =
        pages -> {
          for (int block : new int[] {7, 40, 63, 80}) {
            long lsn = block == 7 ? start.plus(8).value() : 0x100;
            byte[] page = MadeBackups.page(random, lsn, block);
            page[4000] ^= 1;
            System.arraycopy(page, 0, pages, block * MadeBackups.PAGE, MadeBackups.PAGE);
          }
        };
    made.backup(MadeBackups.FIRST, start, stop);
    made.journal.store();
    VerifyReport report = verify(made.store, Depth.READ);
    assertThat(report.findings()).extracting(Finding::kind).containsOnly(Finding.Kind.CORRUPT_PAGE);
    assertThat(report.findings())
        .extracting(Finding::what)
        .satisfiesExactlyInAnyOrder(
            known -> assertThat(known).contains("block 40 of t"),
            named -> assertThat(named).contains("block 63: the backup does not name it"),
            named -> assertThat(named).contains("block 80: the backup does not name it"));
    assertThat(report.lost()).isEmpty();
    assertThat(whole(report)).containsExactly(true);
    assertThat(verify(made.store, Depth.LISTED).findings()).hasSize(1);
  }

  /** Of two packs, each of them authentic. */
  @Test
  void aFileThatIsNotWhatTheManifestSaysIsNamed() {
    MadeBackups made = new MadeBackups(spool);
    made.wrongChecksum = 4;
    made.usual();
    VerifyReport report = verify(made.store, Depth.READ);
    assertThat(report.findings()).extracting(Finding::kind).containsOnly(Finding.Kind.CONTENT);
    assertThat(report.findings())
        .extracting(Finding::what)
        .allSatisfy(what -> assertThat(what).contains("base/5/16384"));
    assertThat(whole(report)).containsExactly(false, false);
    assertThat(report.lost()).hasSize(2);
    assertJudged(made.store, report);
    assertThat(verify(made.store, Depth.LISTED).isWhole()).isTrue();
  }

  /** A hole that the journal knows of, and one that is older than what is asked for. */
  @Test
  void aKnownHoleWithANewerBackupBehindIsNoLoss() {
    MadeBackups made = new MadeBackups(spool);
    Instant noon = Instant.parse("2026-04-07T12:00:00Z");
    Lsn start = made.journal.end();
    made.journal.fillTo(0.4);
    made.backup(MadeBackups.FIRST, start, made.journal.commit(noon.plusSeconds(60)));
    made.journal.store();
    made.journal.fillTo(4.2);
    made.journal.forgetUpTo(3);
    made.journal.store();
    assertThat(verify(made.store, Depth.READ).lost())
        .as("nothing is behind it")
        .singleElement()
        .asString()
        .startsWith("everything from ");

    start = made.journal.end();
    made.journal.fillTo(4.6);
    made.backup(MadeBackups.SECOND, start, made.journal.commit(noon.plusSeconds(86_460)));
    made.journal.store();
    VerifyReport report = verify(made.store, Depth.READ);
    assertThat(report.findings()).extracting(Finding::kind).containsExactly(Finding.Kind.HOLE);
    assertThat(report.lost()).isEmpty();
    assertThat(whole(report)).containsExactly(true, true);
    Repository repository = Damaged.open(made.store);
    assertThat(
            new Verifier(repository, repository.cluster("c"))
                .run(new VerifyRequest(Optional.of(MadeBackups.SECOND), Depth.READ, 1), _ -> {})
                .isWhole())
        .as("the second one alone")
        .isTrue();
  }

  @Test
  void itEndsWhenItIsAskedTo() {
    MadeBackups made = new MadeBackups(spool).usual();
    for (int allowed = 0; allowed < 12; allowed += 3) {
      int most = allowed;
      assertThatThrownBy(
              () ->
                  new Verifier(made.repository, made.cluster)
                      .run(
                          new VerifyRequest(Optional.empty(), Depth.READ, 2),
                          new VerifyListener() {
                            private int calls;

                            @Override
                            public void progress(VerifyProgress progress) {}

                            @Override
                            public synchronized boolean cancelled() {
                              return calls++ >= most;
                            }
                          }))
          .isInstanceOfSatisfying(
              Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.VERIFY_INTERRUPTED));
    }
  }
}
