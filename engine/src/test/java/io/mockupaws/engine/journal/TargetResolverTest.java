package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Stores;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Targets in a journal of made WAL, compared with a walk over the list of its commits. */
class TargetResolverTest {
  private static final Timeline FIRST = new Timeline(1);
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path spool;

  private final Repository repository =
      Repository.create(Stores.inMemory(), Optional.empty(), new SecureRandom());
  private final ClusterRepository cluster =
      repository.createCluster(new ClusterIdentity("c", MadeWal.SYSTEM, 15, MadeWal.SEGMENT, NOON));
  private final MadeWal wal = new MadeWal(64L << 20);
  private final MadeServer server = new MadeServer(wal);
  private final Journal journal = new Journal(cluster);

  private record Ended(Commit end, boolean committed) {}

  private JournalStream stream() {
    return JournalStream.start(
        repository.id(),
        cluster,
        server,
        JournalSettings.of(spool, "slot").withTailInterval(Duration.ofMillis(5)),
        InstantSource.system(),
        Duration.ZERO);
  }

  private void store() {
    try (JournalStream stream = stream()) {
      await().atMost(PATIENCE).until(() -> !stream.state().stored().isBefore(wal.end()));
    }
  }

  /** Times that jump back and forth, equal times, aborts, records across segments. */
  @Test
  void theFirstLaterEndInWalOrderStopsARecovery() {
    Random random = new Random(7);
    wal.filler(100);
    Lsn stop = wal.end();
    List<Ended> ends = new ArrayList<>();
    for (int i = 0; i < 700; i++) {
      wal.filler(400 + random.nextInt(9000));
      // and for a moment the clock was a third of the test ahead
      int ahead = i == 100 ? 250 : random.nextInt(40) - 20;
      Instant time = NOON.plusMillis(i / 2L * 2).plusMillis(ahead);
      boolean committed = random.nextInt(5) > 0;
      ends.add(new Ended(committed ? wal.commit(time) : wal.abort(time), committed));
    }
    store();
    JournalView view = journal.view();
    assertThat(view.stretches().getFirst().bytes()).isGreaterThan(3_000_000);
    ManifestHead backup = MadeHeads.head(wal.start(), stop, NOON.minusSeconds(1));
    for (int i = 0; i < 700; i += 9) {
      Instant wanted = NOON.plusMillis(i).plusNanos(random.nextInt(3) * 1000L);
      ResolvedTarget target =
          journal.resolve(view, new TargetRequest.AtTime(wanted), FIRST, backup);
      assertSame(target, wanted, ends, stop);
    }
  }

  private static void assertSame(
      ResolvedTarget target, Instant wanted, List<Ended> ends, Lsn stop) {
    Optional<Commit> kept = Optional.empty();
    long lost = 0;
    Optional<Lsn> stopAt = Optional.empty();
    for (Ended ended : ends) {
      if (stopAt.isEmpty() && ended.end().time().isAfter(wanted)) {
        stopAt = Optional.of(ended.end().start());
      }
      if (ended.committed() && stopAt.isEmpty()) {
        kept = Optional.of(ended.end());
      }
      lost += ended.committed() && stopAt.isPresent() ? 1 : 0;
    }
    assertThat(target.lastCommit().map(Commit::xid)).isEqualTo(kept.map(Commit::xid));
    assertThat(target.commitsLost()).isEqualTo(lost);
    assertThat(target.recordEnd()).isLessThanOrEqualTo(stopAt.orElseThrow());
    assertThat(stopAt.orElseThrow().minus(target.recordEnd())).isLessThan(41);
    assertThat(target.recordStart()).isGreaterThanOrEqualTo(stop.plus(-200));
  }

  @Test
  void latestAndTheBackupsEnd() {
    wal.filler(100);
    Lsn last = wal.filler(300);
    Lsn stop = wal.end();
    wal.commit(NOON);
    Lsn newest = wal.filler(50);
    store();
    JournalView view = journal.view();
    ManifestHead backup = MadeHeads.head(wal.start(), stop, NOON.minusSeconds(1));
    ResolvedTarget end = journal.resolve(view, new TargetRequest.BackupEnd(), FIRST, backup);
    assertThat(end.recordStart()).isEqualTo(last);
    assertThat(end.recordEnd()).isEqualTo(stop);
    assertThat(end.commitsLost()).isEqualTo(1);
    ResolvedTarget latest = journal.resolve(view, new TargetRequest.Latest(), FIRST, backup);
    assertThat(latest.recordStart()).isEqualTo(newest);
    assertThat(latest.commitsLost()).isZero();
    assertThat(code(view, new TargetRequest.AtLsn(stop.plus(-1)), backup))
        .isEqualTo(ErrorCode.TARGET_OUTSIDE_WINDOW);
    assertThat(code(view, new TargetRequest.AtLsn(wal.end().plus(1)), backup))
        .isEqualTo(ErrorCode.TARGET_OUTSIDE_WINDOW);
    assertThat(
            journal.resolve(view, new TargetRequest.AtLsn(wal.end()), FIRST, backup).recordStart())
        .isEqualTo(newest);
  }

  /**
   * A standby's clock was behind, or the primary's was set back: what it holds cannot be undone.
   */
  @Test
  void aTimeIsRefusedWhoseBackupHoldsLaterCommits() {
    wal.filler(100);
    Lsn begin = wal.end();
    wal.commit(NOON);
    wal.commit(NOON.plusSeconds(180));
    wal.filler(100);
    Lsn stop = wal.end();
    wal.commit(NOON.plusSeconds(200));
    wal.commit(NOON.plusSeconds(400));
    store();
    JournalView view = journal.view();
    ManifestHead behind = MadeHeads.head(begin, stop, NOON.plusSeconds(5));
    assertThat(code(view, new TargetRequest.AtTime(NOON.plusSeconds(60)), behind))
        .isEqualTo(ErrorCode.TARGET_OUTSIDE_WINDOW);
    for (int seconds : List.of(180, 190, 300)) {
      ResolvedTarget target =
          journal.resolve(view, new TargetRequest.AtTime(NOON.plusSeconds(seconds)), FIRST, behind);
      assertThat(target.commitsLost()).isEqualTo(seconds < 200 ? 2 : 1);
    }
  }

  /** What comes behind a hole is refused, and so is a time that the hole may hide. */
  @Test
  void nothingBehindAHoleIsReached() {
    wal.filler(100);
    Lsn stop = wal.end();
    wal.commit(NOON);
    store();
    for (int i = 1; wal.end().isBefore(wal.start().plus(6L << 20)); i++) {
      wal.filler(5000);
      wal.commit(NOON.plusSeconds(i));
    }
    server.oldest = wal.start().plus(4L << 20);
    store();
    JournalView view = journal.view();
    assertThat(view.holes()).hasSize(1);
    ManifestHead backup = MadeHeads.head(wal.start(), stop, NOON.minusSeconds(1));
    assertThat(code(view, new TargetRequest.Latest(), backup)).isEqualTo(ErrorCode.TARGET_IN_HOLE);
    assertThat(code(view, new TargetRequest.AtTime(NOON.plusSeconds(100)), backup))
        .isEqualTo(ErrorCode.TARGET_IN_HOLE);
    assertThat(code(view, new TargetRequest.AtLsn(wal.end()), backup))
        .isEqualTo(ErrorCode.TARGET_IN_HOLE);
    assertThat(journal.resolve(view, new TargetRequest.BackupEnd(), FIRST, backup).recordEnd())
        .isEqualTo(stop);
  }

  /** What was brought in later is unknown to the sums of what was received before it. */
  @Test
  void aHealedHoleHidesNoCommit() {
    wal.filler(100);
    Lsn stop = wal.end();
    List<Ended> ends = new ArrayList<>();
    ends.add(new Ended(wal.commit(NOON), true));
    store();
    for (int i = 1; wal.end().isBefore(wal.start().plus(4L << 20)); i++) {
      wal.filler(5000);
      ends.add(new Ended(wal.commit(NOON.plusSeconds(i)), true));
    }
    server.oldest = wal.end().segmentStart(MadeWal.SEGMENT).plus(MadeWal.SEGMENT);
    wal.fillTo(wal.start().plus(12L << 20));
    store();
    ends.add(new Ended(wal.commit(NOON.plusSeconds(10_000)), true));
    store();
    server.oldest = Lsn.ZERO;
    try (JournalStream stream = stream()) {
      await().atMost(PATIENCE).until(() -> journal.view().holes().isEmpty());
      assertThat(stream.state().phase()).isNotEqualTo(StreamState.Phase.FAILED);
    }
    JournalView view = journal.view();
    ManifestHead backup = MadeHeads.head(wal.start(), stop, NOON.minusSeconds(1));
    for (int seconds : List.of(0, 1, 100, 300, 5000)) {
      Instant wanted = NOON.plusSeconds(seconds);
      ResolvedTarget target =
          journal.resolve(view, new TargetRequest.AtTime(wanted), FIRST, backup);
      Optional<Commit> kept =
          ends.stream()
              .map(Ended::end)
              .filter(end -> !end.time().isAfter(wanted))
              .reduce((a, b) -> b);
      assertThat(target.lastCommit().map(Commit::xid)).isEqualTo(kept.map(Commit::xid));
    }
  }

  @Test
  void theWindowNamesRangesAndHoles() {
    wal.filler(100);
    Lsn stop = wal.end();
    wal.commit(NOON);
    store();
    Window window =
        new WindowFinder(journal, journal.view(), FIRST)
            .window(List.of(MadeHeads.head(wal.start(), stop, NOON.minusSeconds(1))));
    assertThat(window.from()).contains(new Moment(NOON.minusSeconds(1), stop));
    assertThat(window.to()).contains(new Moment(NOON, wal.end()));
    assertThat(window.lastCommit().map(Commit::time)).contains(NOON);
    assertThat(
            new WindowFinder(journal, journal.view(), FIRST)
                .window(List.of(MadeHeads.head(wal.start(), wal.end().plus(8), NOON)))
                .ranges())
        .as("a backup whose WAL is not all there")
        .isEmpty();
  }

  /** As after a backup that streamed its own WAL and ended at its switch. */
  @Test
  void aSwitchWithoutTheZerosBehindItIsNoTarget() {
    wal.filler(100);
    Lsn stop = wal.end();
    wal.commit(NOON);
    Lsn newest = wal.filler(50);
    Lsn change = wal.switchSegment();
    store();
    JournalView view = journal.view();
    ManifestHead backup = MadeHeads.head(wal.start(), stop, NOON.minusSeconds(1));
    Window window = new WindowFinder(journal, view, FIRST).window(List.of(backup));
    assertThat(window.to().map(Moment::lsn)).contains(change);
    for (TargetRequest request :
        List.of(new TargetRequest.Latest(), new TargetRequest.AtLsn(change))) {
      ResolvedTarget target = journal.resolve(view, request, FIRST, backup);
      assertThat(target.recordStart()).isEqualTo(newest);
      assertThat(target.lastCommit().map(Commit::time)).contains(NOON);
      assertThat(target.commitsLost()).isZero();
    }
    assertThat(code(view, new TargetRequest.AtLsn(change.plus(1)), backup))
        .isEqualTo(ErrorCode.TARGET_OUTSIDE_WINDOW);

    wal.zerosTo(change.segmentStart(MadeWal.SEGMENT).plus(MadeWal.SEGMENT));
    store();
    ResolvedTarget whole =
        journal.resolve(journal.view(), new TargetRequest.Latest(), FIRST, backup);
    assertThat(whole.recordStart()).isEqualTo(change);
    assertThat(whole.recordEnd()).isEqualTo(wal.end());
  }

  /** What was heard of an idle server reaches behind its last commit, and no farther. */
  @Test
  void anIdleServersWindowReachesToWhereItWasHeard() {
    wal.filler(100);
    Lsn stop = wal.end();
    wal.commit(NOON);
    store();
    ManifestHead backup = MadeHeads.head(wal.start(), stop, NOON.minusSeconds(1));
    Instant until = NOON.plusSeconds(60).minus(WindowFinder.HEARD_MARGIN);
    hear(wal.end(), NOON.plusSeconds(60));
    JournalView view = journal.view();
    assertThat(view.lostEnds()).isEmpty();
    assertThat(new WindowFinder(journal, view, FIRST).window(List.of(backup)).to())
        .contains(new Moment(until, wal.end()));
    assertThat(
            journal
                .resolve(view, new TargetRequest.AtTime(until), FIRST, backup)
                .lastCommit()
                .map(Commit::time))
        .contains(NOON);
    assertThat(code(view, new TargetRequest.AtTime(until.plusMillis(1)), backup))
        .isEqualTo(ErrorCode.TARGET_OUTSIDE_WINDOW);
  }

  /** The newest pieces are gone, and only what was heard tells that they were there. */
  @Test
  void anEndThatWasStoredAndIsGoneIsAHole() {
    wal.filler(100);
    Lsn stop = wal.end();
    wal.commit(NOON);
    Lsn end = wal.end();
    store();
    hear(end.plus(400), NOON.plusSeconds(60));
    JournalView view = journal.view();
    ManifestHead backup = MadeHeads.head(wal.start(), stop, NOON.minusSeconds(1));
    theEndIsLost(view, backup, end, end.plus(400));
  }

  @Test
  void piecesOfATailBehindAGapAreAHole() {
    wal.filler(100);
    Lsn stop = wal.end();
    wal.commit(NOON);
    Lsn end = wal.end();
    store();
    SegmentName growing = SegmentName.containing(FIRST, end, MadeWal.SEGMENT);
    int from = (int) end.minus(growing.start()) + 100;
    cluster.put(
        new JournalKeys(cluster.prefix()).piece(growing, new Piece(from, from + 50)),
        ObjectKind.TAIL,
        new byte[50]);
    ManifestHead backup = MadeHeads.head(wal.start(), stop, NOON.minusSeconds(1));
    theEndIsLost(journal.view(), backup, end, end.plus(150));
  }

  private void theEndIsLost(JournalView view, ManifestHead backup, Lsn from, Lsn to) {
    assertThat(code(view, new TargetRequest.Latest(), backup)).isEqualTo(ErrorCode.TARGET_IN_HOLE);
    for (Instant time :
        List.of(NOON, NOON.plusMillis(1), NOON.plusSeconds(50), NOON.plusSeconds(90))) {
      assertThat(code(view, new TargetRequest.AtTime(time), backup))
          .isEqualTo(ErrorCode.TARGET_IN_HOLE);
    }
    assertThat(code(view, new TargetRequest.AtLsn(from.plus(100)), backup))
        .isEqualTo(ErrorCode.TARGET_IN_HOLE);
    Window window = new WindowFinder(journal, view, FIRST).window(List.of(backup));
    assertThat(window.to()).contains(new Moment(NOON, from));
    assertThat(window.holes())
        .singleElement()
        .satisfies(hole -> assertThat(List.of(hole.from(), hole.to())).containsExactly(from, to));
    assertThat(
            journal
                .resolve(view, new TargetRequest.AtLsn(from), FIRST, backup)
                .lastCommit()
                .map(Commit::time))
        .as("what is there can still be reached")
        .contains(NOON);
  }

  /** Of the newest timeline nothing is left: that is not the older one's end. */
  @Test
  void aTimelineThatIsGoneIsNotReplacedByItsAncestor() {
    wal.filler(100);
    Lsn stop = wal.end();
    wal.commit(NOON);
    store();
    Timeline second = new Timeline(2);
    String history = "1\t" + wal.end() + "\tpromoted\n";
    cluster.put(
        new JournalKeys(cluster.prefix()).history(second),
        ObjectKind.RECORD,
        history.getBytes(StandardCharsets.UTF_8));
    hear(second, wal.end().plus(400), NOON.plusSeconds(60));
    JournalView view = journal.view();
    ManifestHead backup = MadeHeads.head(wal.start(), stop, NOON.minusSeconds(1));
    assertThat(view.newestTimeline()).contains(second);
    assertThat(
            catchThrowableOfType(
                    Failure.class,
                    () -> journal.resolve(view, new TargetRequest.Latest(), second, backup))
                .code())
        .isEqualTo(ErrorCode.TARGET_IN_HOLE);
    assertThat(view.lostEnds())
        .singleElement()
        .satisfies(hole -> assertThat(hole.from()).isEqualTo(wal.end()));
  }

  private void hear(Lsn end, Instant at) {
    hear(FIRST, end, at);
  }

  private void hear(Timeline timeline, Lsn end, Instant at) {
    cluster.put(
        new JournalKeys(cluster.prefix()).heard(timeline, end, at), ObjectKind.RECORD, new byte[0]);
  }

  private ErrorCode code(JournalView view, TargetRequest request, ManifestHead backup) {
    return catchThrowableOfType(Failure.class, () -> journal.resolve(view, request, FIRST, backup))
        .code();
  }

  @Test
  void everyRecordIsWalkedOnceFromAnyPosition() {
    List<Lsn> starts = new ArrayList<>();
    Random random = new Random(3);
    while (wal.end().isBefore(wal.start().plus(3L << 20))) {
      starts.add(wal.filler(100 + random.nextInt(20_000)));
    }
    store();
    JournalView view = journal.view();
    for (int i = 0; i < starts.size(); i += 17) {
      List<Lsn> seen = new ArrayList<>();
      Lsn to = starts.get(Math.min(starts.size() - 1, i + 60));
      journal.walk(view, FIRST, starts.get(i), to, record -> seen.add(record.start()));
      assertThat(seen).isEqualTo(starts.subList(i, Math.min(starts.size() - 1, i + 60)));
    }
    Failure hole =
        catchThrowableOfType(
            Failure.class,
            () -> journal.walk(view, FIRST, starts.getFirst(), wal.end().plus(8192), record -> {}));
    assertThat(hole.code()).isEqualTo(ErrorCode.WAL_HOLE);
  }
}
