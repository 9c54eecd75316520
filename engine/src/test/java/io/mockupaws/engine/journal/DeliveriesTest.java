package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.pg.Fork;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Relation;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.summary.Summary;
import io.mockupaws.core.summary.SummaryBytes;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Lease;
import io.mockupaws.engine.repository.LeaseRole;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments delivered as files, in and out of order, beside a stream, of other servers. */
class DeliveriesTest {
  private static final Timeline FIRST = new Timeline(1);
  private static final int SIZE = MadeWal.SEGMENT;
  private static final int BTREE = 11;
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");

  @TempDir Path folder;

  private final WatchedStore watched = new WatchedStore(Stores.inMemory());
  private final Repository repository =
      Repository.create(watched.store(), Optional.empty(), new SecureRandom());
  private final ClusterRepository cluster =
      repository.createCluster(new ClusterIdentity("c", MadeWal.SYSTEM, 15, SIZE, NOON));
  private final MadeWal wal = new MadeWal(64L << 20);
  private Lease lease = cluster.acquireLease(LeaseRole.JOURNAL, Duration.ZERO);
  private int commits;

  @AfterEach
  void letGo() {
    lease.close();
  }

  private Deliveries deliveries() {
    return new Deliveries(
        cluster, lease, InstantSource.fixed(NOON), JournalSettings.OnDamage.GO_ON);
  }

  /** Commits, the last of which goes on in the next segment. */
  private void segment(MadeWal into) {
    Lsn boundary = into.end().segmentStart(SIZE).plus(SIZE);
    while (boundary.minus(into.end()) > 9000) {
      into.filler(4000);
      into.commit(NOON.plusSeconds(++commits));
    }
    while (boundary.minus(into.end()) > 24) {
      into.filler((int) Math.min(4000, boundary.minus(into.end()) - 24));
    }
    into.commit(NOON.plusSeconds(++commits));
  }

  private void segments(int count) {
    for (int i = 0; i < count; i++) {
      segment(wal);
    }
  }

  private SegmentName name(int number) {
    return SegmentName.containing(FIRST, wal.start().plus((long) number * SIZE), SIZE);
  }

  private Path file(MadeWal from, SegmentName segment) {
    try {
      byte[] bytes = from.bytes(segment.start(), SIZE);
      return Files.write(Files.createTempFile(folder, "segment", ""), Arrays.copyOf(bytes, SIZE));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Delivered deliver(Deliveries deliveries, int number) {
    return deliveries.whole(name(number), file(wal, name(number)));
  }

  private List<String> keys() {
    return cluster.list("").stream()
        .map(ObjectInfo::key)
        .map(Object::toString)
        .filter(key -> !key.contains("/lease/"))
        .toList();
  }

  private void assertRefused(ErrorCode code, SegmentName segment, Path file) {
    List<String> before = keys();
    Failure failure = catchThrowableOfType(Failure.class, () -> deliveries().whole(segment, file));
    assertThat(failure).isNotNull();
    assertThat(failure.code()).isEqualTo(code);
    assertThat(keys()).isEqualTo(before);
  }

  /** Every commit is found by its time, and none but those before it is kept. */
  private void assertEveryCommitIsFound(int count) {
    Journal journal = new Journal(cluster);
    JournalView view = journal.view();
    assertThat(view.stretches()).hasSize(1);
    Lsn end = view.end(FIRST).orElseThrow();
    TimeSearch search = new TimeSearch(journal, view, FIRST, wal.start().plus(40), end);
    Lsn last = Lsn.ZERO;
    for (int i = 1; i < count; i += 7) {
      Optional<Lsn> next = search.firstLeftOut(new TargetRequest.AtTime(NOON.plusSeconds(i), true));
      assertThat(next).as("behind commit %s", i).isPresent();
      assertThat(next.get()).isGreaterThan(last);
      last = next.get();
      assertThat(commitAt(journal, view, last)).isEqualTo(NOON.plusSeconds(i + 1L));
    }
  }

  private static Instant commitAt(Journal journal, JournalView view, Lsn at) {
    Instant[] found = new Instant[1];
    journal.walk(
        view,
        FIRST,
        at,
        at.plus(1),
        record -> TransactionEnds.of(record).ifPresent(end -> found[0] = end.time()));
    return found[0];
  }

  @Test
  void inOrderTheIndexesAreThoseOfAStream() throws IOException {
    segments(4);
    Deliveries one = deliveries();
    for (int i = 0; i < 4; i++) {
      Deliveries by = i == 2 ? deliveries() : one;
      assertThat(deliver(by, i).outcome()).isEqualTo(Delivered.Outcome.STORED);
      assertThat(deliver(one, i).outcome()).isEqualTo(Delivered.Outcome.KNOWN);
    }
    Journal journal = new Journal(cluster);
    JournalView view = journal.view();
    // The last commit ends in the fifth.
    assertThat(journal.index(view, name(3)).commitsSoFar()).isEqualTo(commits - 1);
    assertEveryCommitIsFound(commits - 1);
  }

  /** They say what a stream's say; of the first one nobody knows what goes on into it. */
  @Test
  void deliveredSegmentsHaveSummariesAsStreamedOnes() throws IOException {
    segments(3);
    for (int i = 0; i < 3; i++) {
      deliver(deliveries(), i);
    }
    List<byte[]> delivered = summaries();
    assertThat(delivered).hasSize(2);
    cluster.list("").stream()
        .map(ObjectInfo::key)
        .filter(key -> !key.value().contains("/lease/") && !key.value().endsWith("/cluster"))
        .forEach(cluster::delete);
    lease.close();
    try (JournalStream stream =
        JournalStream.start(
            repository.id(),
            cluster,
            new MadeServer(wal),
            JournalSettings.of(folder.resolve("spool"), "slot"),
            InstantSource.system(),
            Duration.ZERO)) {
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> !stream.state().stored().isBefore(wal.end()));
    }
    lease = cluster.acquireLease(LeaseRole.JOURNAL, Duration.ZERO);
    List<byte[]> streamed = summaries();
    assertThat(streamed).hasSize(2);
    for (int i = 0; i < 2; i++) {
      assertThat(delivered.get(i)).isEqualTo(streamed.get(i));
    }
  }

  /** It is told, and who wants to know what changed reads the segment: it is the same then. */
  @Test
  void aSummaryThatCannotBeStoredIsToldAndMissedByNobody() {
    for (int i = 0; i < 4; i++) {
      wal.any(BTREE, 0, ChangedBlocksTest.change(i));
      segments(1);
    }
    for (int i = 0; i < 3; i++) {
      boolean refuses = i == 1;
      watched.refuse(key -> refuses && key.contains("/summaries/"));
      Delivered delivered = deliver(deliveries(), i);
      assertThat(delivered.outcome()).isEqualTo(Delivered.Outcome.STORED);
      assertThat(delivered.unsummarised().isPresent()).as("of segment %d", i).isEqualTo(refuses);
    }
    deliver(deliveries(), 3);
    assertThat(summaries()).as("not the first, nor the one refused").hasSize(2);
    JournalView view = new Journal(cluster).view();
    ChangedBlocks changed = new ChangedBlocks(cluster, 8192);
    Lsn from = name(1).start();
    Lsn to = name(4).start();
    assertThat(changed.unsummarised(view, FIRST, from, to)).isEqualTo(SIZE);
    Summary told = changed.between(view, FIRST, from, to, () -> false);
    assertThat(told.changes(new Relation(1663, 5, 16_384), Fork.MAIN).contains(2)).isTrue();
    cluster.list("summaries/").forEach(object -> cluster.delete(object.key()));
    assertThat(changed.unsummarised(view, FIRST, from, to)).isEqualTo(3L * SIZE);
    assertThat(SummaryBytes.of(told))
        .isEqualTo(SummaryBytes.of(changed.between(view, FIRST, from, to, () -> false)));
  }

  private List<byte[]> summaries() {
    return cluster.list("summaries/").stream()
        .map(object -> cluster.get(object.key(), ObjectKind.RECORD))
        .toList();
  }

  @Test
  void outOfOrderEveryCommitIsFoundByItsTime() {
    segments(6);
    for (int number : new int[] {4, 2, 5, 0, 3, 1}) {
      assertThat(deliver(deliveries(), number).outcome()).isEqualTo(Delivered.Outcome.STORED);
    }
    assertEveryCommitIsFound(commits - 1);
  }

  /** Every commit is counted once wherever WAL came in without what lies before it. */
  @Test
  void outOfOrderEveryCommitIsCountedOnceAndTheLastIsFound() {
    wal.filler(64);
    Lsn stop = wal.end();
    segments(5);
    Lsn boundary = name(5).start();
    for (int number : new int[] {4, 2, 0, 3, 1}) {
      deliver(deliveries(), number);
    }
    ManifestHead backup = MadeHeads.head(wal.start(), stop, NOON);
    Journal journal = new Journal(cluster);
    JournalView view = journal.view();
    for (int i = 0; i < commits - 1; i += 3) {
      ResolvedTarget target =
          journal.resolve(view, new TargetRequest.AtTime(NOON.plusSeconds(i), true), FIRST, backup);
      assertThat(target.commitsLost()).as("behind commit %s", i).isEqualTo(commits - 1 - i);
      assertThat(target.lastCommit().map(Commit::time))
          .isEqualTo(i == 0 ? Optional.empty() : Optional.of(NOON.plusSeconds(i)));
    }
    Window window = new WindowFinder(journal, view, FIRST).window(List.of(backup));
    assertThat(window.lastCommit().map(Commit::time)).contains(NOON.plusSeconds(commits - 1));
    assertThat(window.to().map(Moment::lsn))
        .hasValueSatisfying(to -> assertThat(to).isLessThan(boundary));
  }

  /** The last commit begins before a seam and ends behind it, where no commit follows. */
  @Test
  void aCommitAcrossASeamIsFoundByTimeByTransactionAndAsTheLastOne() {
    segments(1);
    Instant across = NOON.plusSeconds(commits);
    while (wal.end().isBefore(name(2).start())) {
      wal.filler(4000);
    }
    deliver(deliveries(), 1);
    deliver(deliveries(), 0);
    Journal journal = new Journal(cluster);
    JournalView view = journal.view();
    ManifestHead backup = MadeHeads.head(wal.start(), wal.start().plus(40), NOON);
    Window window = new WindowFinder(journal, view, FIRST).window(List.of(backup));
    Commit last = window.lastCommit().orElseThrow();
    assertThat(last.time()).isEqualTo(across);
    assertThat(window.to().map(Moment::time)).contains(across);
    ResolvedTarget target =
        journal.resolve(view, new TargetRequest.AtTransaction(last.xid(), true), FIRST, backup);
    assertThat(target.recordEnd()).isEqualTo(last.end());
    assertThat(target.commitsLost()).isZero();
  }

  @Test
  void otherBytesUnderTheSameNameAreRefused() throws IOException {
    segments(2);
    deliver(deliveries(), 0);
    Path other = file(wal, name(0));
    byte[] bytes = Files.readAllBytes(other);
    bytes[SIZE - 100] ^= 1;
    Files.write(other, bytes);
    assertRefused(ErrorCode.OTHER_LIFE, name(0), other);
  }

  @Test
  void aSegmentThatDoesNotGoOnFromOursIsRefusedFromBothSides() {
    segments(1);
    MadeWal clone = wal.copy();
    segments(2);
    clone.filler(100);
    for (int i = 0; i < 2; i++) {
      segment(clone);
    }
    deliver(deliveries(), 0);
    deliver(deliveries(), 1);
    assertRefused(ErrorCode.OTHER_LIFE, name(2), file(clone, name(2)));
    MadeWal third = wal.copy();
    segments(2);
    deliver(deliveries(), 4);
    third.filler(100);
    segment(third);
    segment(third);
    assertRefused(ErrorCode.OTHER_LIFE, name(3), file(third, name(3)));
    assertThat(deliver(deliveries(), 3).outcome()).isEqualTo(Delivered.Outcome.STORED);
  }

  @Test
  void whatIsNoSegmentOfThisClusterIsRefused() throws IOException {
    segments(2);
    assertRefused(ErrorCode.WAL_DAMAGED, name(1), file(wal, name(0)));
    Path cut = file(wal, name(0));
    Files.write(cut, Arrays.copyOf(Files.readAllBytes(cut), SIZE - 1));
    assertRefused(ErrorCode.WAL_DAMAGED, name(0), cut);
    Path foreign = file(wal, name(0));
    byte[] bytes = Files.readAllBytes(foreign);
    bytes[24] ^= 1;
    Files.write(foreign, bytes);
    assertRefused(ErrorCode.FOREIGN_CLUSTER, name(0), foreign);
    SegmentName second = new SegmentName(new Timeline(2), name(0).number(), SIZE);
    assertRefused(ErrorCode.WAL_HOLE, second, file(wal, name(0)));
  }

  /** Recovered to a target, with the settings of the original: it archives its own timeline. */
  @Test
  void aRestoredCopysTimelineIsRefusedUnlessItTakesOver() {
    segments(1);
    deliver(deliveries(), 0);
    Timeline two = new Timeline(2);
    byte[] copy = "1\t0/4100000\tbefore 2026-04-07 12:00:00+00\n".getBytes(StandardCharsets.UTF_8);
    List<String> before = keys();
    Failure failure =
        catchThrowableOfType(Failure.class, () -> deliveries().history(two, copy, false));
    assertThat(failure.code()).isEqualTo(ErrorCode.OTHER_LIFE);
    assertThat(failure.what()).contains("restored copy", "timeline 2");
    assertThat(keys()).isEqualTo(before);
    assertThat(deliveries().history(two, copy, true)).isEqualTo(Delivered.Outcome.STORED);
    assertThat(deliveries().history(two, copy, false)).isEqualTo(Delivered.Outcome.KNOWN);
    byte[] promoted =
        (new String(copy, StandardCharsets.UTF_8) + "2\t0/4200000\tno recovery target specified\n")
            .getBytes(StandardCharsets.UTF_8);
    assertThat(deliveries().history(new Timeline(3), promoted, false))
        .as("its ancestor was accepted before")
        .isEqualTo(Delivered.Outcome.STORED);
  }

  @Test
  void aBrokenRecordIsStoredWithItsHoleOrRefused() {
    segments(1);
    Lsn broken = wal.filler(400);
    wal.damage(broken.plus(100));
    segments(2);
    deliver(deliveries(), 0);
    Deliveries hold =
        new Deliveries(cluster, lease, InstantSource.fixed(NOON), JournalSettings.OnDamage.HOLD);
    List<String> before = keys();
    Failure failure =
        catchThrowableOfType(Failure.class, () -> hold.whole(name(1), file(wal, name(1))));
    assertThat(failure.code()).isEqualTo(ErrorCode.WAL_DAMAGED);
    assertThat(keys()).isEqualTo(before);
    assertThat(deliver(deliveries(), 1).damage()).map(Hole::from).contains(broken);
    JournalView view = new Journal(cluster).view();
    assertThat(view.holes()).extracting(Hole::from).containsExactly(broken);
    assertThat(new Journal(cluster).index(view, name(1)).damage()).contains(broken);
  }

  @Test
  void ofAGrowingSegmentItsWholeRecordsAreTaken() throws IOException {
    segments(1);
    wal.commit(NOON);
    Lsn early = wal.end();
    Path first = file(wal, name(1));
    wal.filler(3000);
    Lsn end = wal.end();
    Path torn = file(wal, name(1));
    byte[] bytes = Files.readAllBytes(torn);
    Arrays.fill(bytes, end.segmentOffset(SIZE), SIZE, (byte) 0x5A);
    Files.write(torn, bytes);
    deliver(deliveries(), 0);
    assertThat(deliveries().growing(name(1), first).length()).isEqualTo(early.segmentOffset(SIZE));
    assertThat(deliveries().growing(name(1), torn))
        .isEqualTo(Delivered.whole(Delivered.Outcome.STORED, end.segmentOffset(SIZE)));
    assertThat(deliveries().growing(name(1), first).outcome()).isEqualTo(Delivered.Outcome.KNOWN);
    JournalView view = new Journal(cluster).view();
    assertThat(view.end(FIRST)).contains(end);
    segments(1);
    assertThat(deliver(deliveries(), 1).outcome()).isEqualTo(Delivered.Outcome.STORED);
    assertThat(cluster.list("tail/")).isEmpty();
    assertEveryCommitIsFound(1);
  }

  @Test
  void aHistoryIsTakenOnceAndNoOtherOne() {
    byte[] history =
        "1\t0/4100000\tno recovery target specified\n".getBytes(StandardCharsets.UTF_8);
    Timeline second = new Timeline(2);
    assertThat(deliveries().history(second, history, false)).isEqualTo(Delivered.Outcome.STORED);
    assertThat(deliveries().history(second, history, false)).isEqualTo(Delivered.Outcome.KNOWN);
    byte[] other = "1\t0/4200000\tno recovery target specified\n".getBytes(StandardCharsets.UTF_8);
    Failure failure =
        catchThrowableOfType(Failure.class, () -> deliveries().history(second, other, false));
    assertThat(failure.code()).isEqualTo(ErrorCode.OTHER_LIFE);
  }

  @Test
  void aStreamGoesOnBehindWhatWasDelivered() {
    segments(2);
    deliver(deliveries(), 0);
    deliver(deliveries(), 1);
    lease.close();
    segments(1);
    MadeServer server = new MadeServer(wal);
    try (JournalStream stream =
        JournalStream.start(
            repository.id(),
            cluster,
            server,
            JournalSettings.of(folder.resolve("spool"), "slot")
                .withTailInterval(Duration.ofMillis(5)),
            InstantSource.system(),
            Duration.ZERO)) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> !stream.state().stored().isBefore(wal.end()));
    }
    assertEveryCommitIsFound(commits);
    lease = cluster.acquireLease(LeaseRole.JOURNAL, Duration.ZERO);
  }
}
