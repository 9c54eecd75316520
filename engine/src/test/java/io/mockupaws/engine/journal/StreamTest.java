package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stream with a made server: what is stored, compared, reported and refused. */
class StreamTest {
  private static final Timeline FIRST = new Timeline(1);
  private static final long START = 64L << 20;
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path spool;

  private final WatchedStore watched = new WatchedStore(Stores.inMemory());
  private final Store store = watched.store();
  private final Repository repository =
      Repository.create(store, Optional.empty(), new SecureRandom());
  private final ClusterRepository cluster =
      repository.createCluster(new ClusterIdentity("c", MadeWal.SYSTEM, 15, MadeWal.SEGMENT, NOON));
  private final MadeWal wal = new MadeWal(START);
  private final MadeServer server = new MadeServer(wal);

  private JournalSettings settings() {
    return JournalSettings.of(spool, "slot").withTailInterval(Duration.ofMillis(5));
  }

  private JournalStream stream(JournalSettings settings) {
    return JournalStream.start(
        repository.id(), cluster, server, settings, InstantSource.system(), Duration.ZERO);
  }

  private void streamAll() {
    try (JournalStream stream = stream(settings())) {
      awaitStored(stream, server.wal.end());
    }
  }

  private static void awaitStored(JournalStream stream, Lsn end) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(2))
        .until(
            () -> {
              stream.state().lastError().filter(_ -> failed(stream)).ifPresent(StreamTest::rethrow);
              return !stream.state().stored().isBefore(end);
            });
  }

  private static boolean failed(JournalStream stream) {
    return stream.state().phase() == StreamState.Phase.FAILED;
  }

  private static void rethrow(Failure failure) {
    throw failure;
  }

  private void commits(int count) {
    for (int i = 0; i < count; i++) {
      wal.filler(700);
      wal.commit(NOON.plusMillis(i));
    }
  }

  private void assertJournalIs(MadeWal expected) {
    Journal journal = new Journal(cluster);
    JournalView view = journal.view();
    assertThat(view.stretches())
        .containsExactly(new Stretch(FIRST, expected.start(), expected.end()));
    for (Lsn at = expected.start(); at.isBefore(expected.end()); at = at.plus(MadeWal.SEGMENT)) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      int length = journal.read(view, SegmentName.containing(FIRST, at, MadeWal.SEGMENT), out);
      assertThat(out.size()).isEqualTo(MadeWal.SEGMENT);
      byte[] wanted = Arrays.copyOf(expected.bytes(at, MadeWal.SEGMENT), MadeWal.SEGMENT);
      assertThat(length).isEqualTo((int) Math.min(MadeWal.SEGMENT, expected.end().minus(at)));
      assertThat(Arrays.equals(out.toByteArray(), wanted)).as("segment at %s", at).isTrue();
    }
  }

  private List<String> keys() {
    return cluster.list("").stream()
        .map(ObjectInfo::key)
        .map(Object::toString)
        .filter(key -> !key.contains("/lease/"))
        .toList();
  }

  @Test
  void everyByteIsStoredAndReportedOnceItIs() {
    commits(6000);
    try (JournalStream stream = stream(settings())) {
      awaitStored(stream, wal.end());
      await().atMost(PATIENCE).until(() -> server.flushed.equals(wal.end()));
      commits(100);
      awaitStored(stream, wal.end());
    }
    assertJournalIs(wal);
    assertThat(server.flushed).isEqualTo(wal.end());
    assertThat(cluster.list("tail/").stream().map(o -> o.key().value()))
        .allMatch(
            key ->
                key.contains(SegmentName.containing(FIRST, wal.end(), MadeWal.SEGMENT).fileName()));
  }

  @Test
  void anotherProcessGoesOnWithoutTheSpool() throws Exception {
    int commits = 0;
    for (int i = 0; i < 8; i++) {
      commits(900);
      commits += 900;
      // a commit that goes on in the next segment, while we are away in between
      Lsn boundary = wal.end().segmentStart(MadeWal.SEGMENT).plus(MadeWal.SEGMENT);
      wal.fillTo(boundary);
      while (boundary.minus(wal.end()) > 24) {
        wal.filler((int) Math.min(4000, boundary.minus(wal.end()) - 24));
      }
      streamAll();
      commits(1);
      commits++;
      if (i % 2 == 0) {
        deleteSpool();
      }
    }
    streamAll();
    assertJournalIs(wal);
    Journal journal = new Journal(cluster);
    JournalView view = journal.view();
    SegmentName last = SegmentName.containing(FIRST, wal.end().plus(-1), MadeWal.SEGMENT);
    assertThat(journal.index(view, last).commitsSoFar()).isEqualTo(commits);
  }

  @Test
  void aSpoolWithGarbageIsMendedFromTheRepository() throws Exception {
    commits(700);
    streamAll();
    try (var files = Files.walk(spool)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".partial")).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, bytes.length / 2, bytes.length, (byte) 0);
        Files.write(file, bytes);
      }
    }
    commits(700);
    streamAll();
    assertJournalIs(wal);
  }

  @Test
  void cutConnectionsLoseNothing() {
    try (JournalStream stream = stream(settings())) {
      for (int i = 0; i < 10; i++) {
        commits(300);
        server.cut();
        awaitStored(stream, wal.end());
      }
    }
    assertJournalIs(wal);
  }

  @Test
  void aConnectionStartsAtTheStartOfOurSegment() {
    commits(700);
    streamAll();
    streamAll();
    assertThat(server.sentFrom).isEqualTo(wal.end().segmentStart(MadeWal.SEGMENT));
  }

  @Test
  void aDifferentByteIsAnotherLife() {
    MadeWal other = wal.copy();
    commits(500);
    streamAll();
    for (int i = 0; i < 900; i++) {
      other.filler(600);
      other.commit(NOON.plusMillis(i));
    }
    server.wal = other;
    assertRefused(ErrorCode.OTHER_LIFE);
  }

  @Test
  void aServerBehindUsIsAnotherLife() {
    commits(200);
    MadeWal other = wal.copy();
    commits(1);
    streamAll();
    server.wal = other;
    assertRefused(ErrorCode.OTHER_LIFE);
  }

  @Test
  void atTheStartOfASegmentTheOneBeforeIsCompared() {
    MadeWal other = wal.copy();
    wal.fillTo(wal.start().plus(MadeWal.SEGMENT));
    other.filler(100);
    other.fillTo(wal.start().plus(MadeWal.SEGMENT));
    while (wal.end().isBefore(wal.start().plus(MadeWal.SEGMENT))) {
      wal.filler(500);
    }
    streamAll();
    other.fillTo(other.start().plus(3 * MadeWal.SEGMENT));
    server.wal = other;
    assertThat(wal.end().segmentOffset(MadeWal.SEGMENT)).isLessThan(8192);
    assertRefused(ErrorCode.OTHER_LIFE);
  }

  @Test
  void anotherClusterIsRefused() {
    commits(10);
    streamAll();
    server.system = 5;
    assertRefused(ErrorCode.FOREIGN_CLUSTER);
  }

  private void assertRefused(ErrorCode code) {
    List<String> before = keys();
    try (JournalStream stream = stream(settings())) {
      await().atMost(Duration.ofSeconds(20)).until(() -> failed(stream));
      Failure failure = catchThrowableOfType(Failure.class, stream::awaitEnd);
      assertThat(failure.code()).isEqualTo(code);
    }
    assertThat(keys()).isEqualTo(before);
  }

  @Test
  void aHoleIsRecordedBeforeAnythingBehindItIsReported() {
    commits(700);
    streamAll();
    Lsn reached = wal.end();
    wal.fillTo(wal.start().plus(8L * MadeWal.SEGMENT));
    server.oldest = wal.start().plus(5L * MadeWal.SEGMENT);
    List<Lsn> early = new CopyOnWriteArrayList<>();
    server.onFlush =
        lsn -> {
          if (lsn.isAfter(reached) && cluster.list("holes/").isEmpty()) {
            early.add(lsn);
          }
        };
    watched.delayHoles(Duration.ofMillis(300));
    try (JournalStream stream = stream(settings())) {
      awaitStored(stream, wal.end());
      await().atMost(PATIENCE).until(() -> server.flushed.equals(wal.end()));
      Hole hole = stream.state().holes().getFirst();
      assertThat(hole.from()).isEqualTo(reached);
      assertThat(hole.to()).isEqualTo(server.oldest);
      assertThat(early).isEmpty();
    }
    server.onFlush = lsn -> {};
    JournalView view = new Journal(cluster).view();
    assertThat(view.holes()).hasSize(1);
    assertThat(view.holes().getFirst().from()).isEqualTo(reached);
    assertThat(view.holes().getFirst().to()).isEqualTo(server.oldest);
    assertThat(view.covers(FIRST, reached, wal.end())).isFalse();
    assertThat(view.covers(FIRST, server.oldest, wal.end())).isTrue();
    server.oldest = Lsn.ZERO;
    try (JournalStream stream = stream(settings())) {
      await().atMost(PATIENCE).until(() -> new Journal(cluster).view().holes().isEmpty());
      assertThat(stream.state().phase()).isNotEqualTo(StreamState.Phase.FAILED);
    }
    assertJournalIs(wal);
  }

  @Test
  void brokenRecordsAreKeptAndNamed() {
    commits(200);
    Lsn broken = wal.filler(400);
    wal.damage(broken.plus(100));
    wal.fillTo(wal.start().plus(3L * MadeWal.SEGMENT));
    try (JournalStream stream = stream(settings())) {
      awaitStored(stream, wal.end());
      await().atMost(PATIENCE).until(() -> server.flushed.equals(wal.end()));
    }
    JournalView view = new Journal(cluster).view();
    assertThat(view.stretches()).hasSize(1);
    assertThat(view.holes())
        .singleElement()
        .satisfies(
            hole -> {
              assertThat(hole.kind()).isEqualTo(Hole.Kind.DAMAGED);
              assertThat(hole.from()).isEqualTo(broken);
            });
  }

  /** A backup across it must be refused, so the index has to tell. */
  @Test
  void zerosUpToTheEndOfAFullSegmentAreDamage() {
    commits(200);
    Lsn lost = wal.end();
    SegmentName segment = SegmentName.containing(FIRST, lost, MadeWal.SEGMENT);
    wal.zerosTo(segment.end());
    wal.fillTo(segment.end().plus(2L * MadeWal.SEGMENT));
    streamAll();
    Journal journal = new Journal(cluster);
    JournalView view = journal.view();
    assertThat(view.length(segment)).isEqualTo(MadeWal.SEGMENT);
    assertThat(journal.index(view, segment).damage()).contains(lost);
    assertThat(journal.index(view, segment.next()).damage()).isEmpty();
  }

  @Test
  void brokenRecordsHoldTheAcknowledgementWhereThatIsSet() {
    commits(200);
    Lsn broken = wal.filler(400);
    wal.damage(broken.plus(100));
    wal.fillTo(wal.start().plus(3L * MadeWal.SEGMENT));
    try (JournalStream stream = stream(settings().withOnDamage(JournalSettings.OnDamage.HOLD))) {
      awaitStored(stream, wal.end());
      await().atMost(PATIENCE).until(() -> !new Journal(cluster).view().holes().isEmpty());
      assertThat(server.flushed).isLessThanOrEqualTo(broken);
    }
    assertThat(server.flushed).isLessThanOrEqualTo(broken);
  }

  /** What comes after a pause goes at once; the rest when the interval, or the stream, is over. */
  @Test
  void theSettingSaysWhenReceivedWalIsStored() {
    commits(20);
    Lsn first = wal.end();
    try (JournalStream stream = stream(settings().withTailInterval(Duration.ofHours(1)))) {
      awaitStored(stream, first);
      commits(20);
      await().atMost(PATIENCE).until(() -> stream.state().received().equals(wal.end()));
      assertThat(stream.state().stored()).isEqualTo(first);
      assertThat(stream.state().lag()).isPositive();
    }
    try (JournalStream stream = stream(settings())) {
      commits(20);
      awaitStored(stream, wal.end());
      commits(20);
      awaitStored(stream, wal.end());
    }
    assertJournalIs(wal);
  }

  /** Nothing but time hangs on a summary, so the stream goes on, and says why one is not there. */
  @Test
  void aSummaryThatCannotBeStoredIsToldAndHoldsNothingUp() {
    watched.refuse(key -> key.contains("/summaries/"));
    while (wal.end().minus(wal.start()) < 3L * MadeWal.SEGMENT) {
      commits(10);
    }
    try (JournalStream stream = stream(settings())) {
      awaitStored(stream, wal.end());
      await().atMost(PATIENCE).until(() -> stream.state().unsummarised().isPresent());
      assertThat(stream.state().lastError()).isEmpty();
    }
    assertThat(cluster.list("summaries/")).isEmpty();
    assertThat(cluster.list("wal/")).hasSize(3);
  }

  @Test
  void manyPiecesBecomeFew() {
    server.step = 400;
    try (JournalStream stream = stream(settings().withTailInterval(Duration.ZERO))) {
      for (int i = 0; i < 400; i++) {
        wal.filler(300);
        awaitStored(stream, wal.end());
      }
      await().atMost(PATIENCE).until(() -> cluster.list("tail/").size() < 2 * PieceFolder.FOLD + 4);
    }
    assertJournalIs(wal);
  }

  @Test
  void theSecondWriterIsTurnedAway() {
    try (JournalStream stream = stream(settings())) {
      assertThat(catchThrowableOfType(Failure.class, () -> stream(settings())).code())
          .isEqualTo(ErrorCode.LEASE_HELD);
      assertThat(stream.state().phase()).isNotEqualTo(StreamState.Phase.FAILED);
    }
  }

  @Test
  void aSpoolThatAnotherStreamUsesIsLeftAlone() throws Exception {
    commits(700);
    try (JournalStream stream = stream(settings())) {
      awaitStored(stream, wal.end());
      commits(10);
      awaitStored(stream, wal.end());
      assertSpoolIsHeld();
      assertSpoolIsHeld();
      commits(700);
      awaitStored(stream, wal.end());
    }
    elsewhere().close();
    assertJournalIs(wal);
  }

  @Test
  void aSpoolThatAnotherProcessUsesIsLeftAlone() throws Exception {
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                SpoolHolder.class.getName(),
                spool.toString(),
                repository.id())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(holder.inputReader().readLine()).isEqualTo("held");
      assertSpoolIsHeld();
    } finally {
      holder.destroyForcibly().waitFor();
    }
    elsewhere().close();
  }

  private void assertSpoolIsHeld() throws Exception {
    Map<Path, String> before = spoolFiles();
    Failure failure = catchThrowableOfType(Failure.class, this::elsewhere);
    assertThat(failure.code()).isEqualTo(ErrorCode.LEASE_HELD);
    assertThat(failure.what()).contains(spool.toString());
    assertThat(spoolFiles()).isEqualTo(before);
  }

  /** A stream whose lease lies in another store, and whose spool is the same. */
  private JournalStream elsewhere() {
    ClusterRepository other =
        Repository.create(Stores.inMemory(), Optional.empty(), new SecureRandom())
            .createCluster(cluster.identity());
    return JournalStream.start(
        repository.id(), other, server, settings(), InstantSource.system(), Duration.ZERO);
  }

  private Map<Path, String> spoolFiles() throws Exception {
    Map<Path, String> found = new TreeMap<>();
    try (var files = Files.walk(spool)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        found.put(file, Arrays.hashCode(Files.readAllBytes(file)) + " " + Files.size(file));
      }
    }
    return found;
  }

  @Test
  void waitingForDurableWal() {
    commits(700);
    try (JournalStream stream = stream(settings())) {
      stream.awaitDurable(FIRST, wal.start(), wal.end(), PATIENCE, () -> false);
      assertJournalIs(wal);
      new JournalWatch(cluster).awaitDurable(FIRST, wal.start(), wal.end(), PATIENCE, () -> false);
      Failure late =
          catchThrowableOfType(
              Failure.class,
              () ->
                  stream.awaitDurable(
                      FIRST, wal.start(), wal.end().plus(8), Duration.ofMillis(50), () -> false));
      assertThat(late.code()).isEqualTo(ErrorCode.WAL_NOT_DURABLE);
      Failure before =
          catchThrowableOfType(
              Failure.class,
              () ->
                  stream.awaitDurable(
                      FIRST, wal.start().plus(-8), wal.end(), PATIENCE, () -> false));
      assertThat(before.code()).isEqualTo(ErrorCode.WAL_HOLE);
    }
  }

  @Test
  void whatTheSpoolAloneHasComesHomeWithoutTheServer() {
    commits(300);
    streamAll();
    watched.fail(true);
    JournalSettings far = settings().withDurability(JournalSettings.Durability.SPOOL);
    commits(2500);
    try (JournalStream stream = stream(far)) {
      await().atMost(PATIENCE).until(() -> server.flushed.equals(wal.end()));
      assertThat(stream.state().stored()).isLessThan(wal.end());
    }
    watched.fail(false);
    server.away = true;
    try (JournalStream stream = stream(settings())) {
      awaitStored(stream, wal.end());
    }
    assertJournalIs(wal);
  }

  @Test
  void whatTheSpoolAloneHasBehindAStoredSegmentComesHomeWithoutTheServer() {
    commits(100);
    streamAll();
    SegmentName lacking = segment(1);
    watched.refuse(key -> key.contains(lacking.fileName()));
    wal.fillTo(wal.start().plus(4L * MadeWal.SEGMENT));
    try (JournalStream stream =
        stream(settings().withDurability(JournalSettings.Durability.SPOOL))) {
      await().atMost(PATIENCE).until(() -> server.flushed.equals(wal.end()));
      awaitObject(segment(2));
      assertThat(stream.state().stored()).isLessThanOrEqualTo(lacking.start());
    }
    watched.refuse(key -> false);
    server.away = true;
    try (JournalStream stream = stream(settings())) {
      awaitStored(stream, wal.end());
    }
    assertJournalIs(wal);
  }

  @Test
  void nothingIsReportedBehindASegmentThatAnEarlierProcessDidNotStore() throws Exception {
    commits(100);
    streamAll();
    SegmentName lacking = segment(1);
    watched.refuse(key -> key.contains(lacking.fileName()));
    wal.fillTo(wal.start().plus(4L * MadeWal.SEGMENT));
    try (JournalStream stream = stream(settings())) {
      awaitObject(segment(2));
      assertThat(stream.state().stored()).isLessThanOrEqualTo(lacking.start());
    }
    deleteSpool();
    List<Lsn> early = new CopyOnWriteArrayList<>();
    server.onFlush =
        lsn -> {
          if (lsn.isAfter(lacking.start())
              && new Journal(cluster).view().contiguousEnd(FIRST, wal.start()).isBefore(lsn)) {
            early.add(lsn);
          }
        };
    watched.refuse(key -> key.contains("/wal/") && key.contains(lacking.fileName()));
    try (JournalStream stream = stream(settings())) {
      await().atMost(PATIENCE).until(() -> stream.state().phase() == StreamState.Phase.STREAMING);
      watched.refuse(key -> false);
      awaitStored(stream, wal.end());
      await().atMost(PATIENCE).until(() -> server.flushed.equals(wal.end()));
    }
    assertThat(early).isEmpty();
    assertThat(cluster.list("holes/")).isEmpty();
    assertJournalIs(wal);
  }

  private SegmentName segment(int number) {
    Lsn start = wal.start().plus((long) number * MadeWal.SEGMENT);
    return SegmentName.containing(FIRST, start, MadeWal.SEGMENT);
  }

  private void awaitObject(SegmentName segment) {
    await().atMost(PATIENCE).until(() -> keys().stream().anyMatch(key -> isObject(key, segment)));
  }

  private static boolean isObject(String key, SegmentName segment) {
    return key.contains("/wal/") && key.endsWith(segment.fileName());
  }

  @Test
  void theHistoryOfATimelineIsStoredAlsoWhenTheServerCameLate() {
    commits(100);
    server.timeline = new Timeline(2);
    server.away = true;
    try (JournalStream stream = stream(settings())) {
      await().atMost(PATIENCE).until(() -> stream.state().phase() == StreamState.Phase.WAITING);
      server.away = false;
      awaitStored(stream, wal.end());
    }
    JournalView view = new Journal(cluster).view();
    assertThat(view.latestTimeline()).contains(new Timeline(2));
    assertThat(view.histories()).containsKey(new Timeline(2));
  }

  @Test
  void noPieceIsRemovedBeforeItsBytesLieElsewhere() {
    server.step = 2000;
    try (JournalStream stream = stream(settings().withTailInterval(Duration.ZERO))) {
      for (int i = 0; i < 120; i++) {
        commits(30);
        awaitStored(stream, wal.end());
      }
    }
    assertJournalIs(wal);
    assertThat(watched.removedPieces()).isGreaterThan(50);
    assertThat(watched.uncovered()).isEmpty();
  }

  private void deleteSpool() throws Exception {
    try (var files = Files.walk(spool)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        if (!file.equals(spool)) {
          Files.delete(file);
        }
      }
    }
  }
}
