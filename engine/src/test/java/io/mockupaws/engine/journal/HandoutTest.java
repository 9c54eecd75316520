package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code restore_command} is given, and when it is told that there is nothing more. */
class HandoutTest {
  private static final Timeline FIRST = new Timeline(1);
  private static final Lsn START = new Lsn(64L << 20);
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");

  @TempDir Path spool;

  private final Store store = Stores.inMemory();
  private final Repository repository =
      Repository.create(store, Optional.empty(), new SecureRandom());
  private final ClusterRepository cluster =
      repository.createCluster(new ClusterIdentity("c", MadeWal.SYSTEM, 15, MadeWal.SEGMENT, NOON));
  private final JournalKeys keys = new JournalKeys(cluster.prefix());
  private final MadeWal wal = new MadeWal(START.value());
  private final ByteArrayOutputStream given = new ByteArrayOutputStream();

  /** So many segments behind the first. */
  private static SegmentName segment(int number) {
    return SegmentName.containing(FIRST, START.plus((long) number << 20), MadeWal.SEGMENT);
  }

  private void fillTo(double segments) {
    wal.fillTo(START.plus((long) (segments * MadeWal.SEGMENT)));
  }

  private void store() {
    try (JournalStream stream =
        JournalStream.start(
            repository.id(),
            cluster,
            new MadeServer(wal),
            JournalSettings.of(spool, "slot").withTailInterval(Duration.ofMillis(5)),
            InstantSource.system(),
            Duration.ZERO)) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> !stream.state().stored().isBefore(wal.end()));
    }
  }

  private boolean isGiven(SegmentName segment) {
    given.reset();
    return new Handout(cluster).segment(segment, given);
  }

  private void assertGiven(int number) {
    assertThat(isGiven(segment(number))).isTrue();
    byte[] written = wal.bytes(segment(number).start(), MadeWal.SEGMENT);
    assertThat(given.toByteArray()).isEqualTo(Arrays.copyOf(written, MadeWal.SEGMENT));
  }

  private Failure refused(int number) {
    Failure failure = catchThrowableOfType(Failure.class, () -> isGiven(segment(number)));
    assertThat(failure).as("segment %d was given, or told to be nowhere", number).isNotNull();
    return failure;
  }

  private byte[] take(ObjectKey key) {
    byte[] bytes = store.read(key, 0, 10 << 20);
    store.delete(key);
    return bytes;
  }

  /** The launcher hands them out without starting a program. */
  @Test
  void finishedSegmentsThatFollowAreFetchedAheadAndNothingElseIsThere() throws IOException {
    fillTo(4.5);
    store();
    Path ahead = Files.createDirectory(spool.resolve("ahead"));
    Files.writeString(ahead.resolve("of an earlier recovery"), "x");
    take(keys.segment(segment(2)));
    Path asked = spool.resolve("asked");
    assertThat(new ArchiveFiles(cluster).fetch(segment(0).fileName(), asked, Optional.of(ahead)))
        .isTrue();
    assertThat(asked).hasBinaryContent(wal.bytes(segment(0).start(), MadeWal.SEGMENT));
    try (Stream<Path> files = Files.list(ahead)) {
      assertThat(files)
          .extracting(file -> file.getFileName().toString())
          .as("the growing one is fetched when it is asked for")
          .containsExactlyInAnyOrder(segment(1).fileName(), segment(3).fileName());
    }
    for (int number : new int[] {1, 3}) {
      assertThat(ahead.resolve(segment(number).fileName()))
          .hasBinaryContent(wal.bytes(segment(number).start(), MadeWal.SEGMENT));
    }
  }

  @Test
  void everySegmentComesInFullSizeTheGrowingOneWithItsWholeRecords() {
    fillTo(3.5);
    Lsn whole = wal.end();
    wal.filler(4000);
    wal.withhold(1000);
    store();
    for (int number = 0; number < 3; number++) {
      assertGiven(number);
    }
    assertThat(isGiven(segment(3))).isTrue();
    byte[] expected = wal.bytes(segment(3).start(), (int) whole.minus(segment(3).start()));
    assertThat(given.toByteArray()).isEqualTo(Arrays.copyOf(expected, MadeWal.SEGMENT));
  }

  @Test
  void whatLiesBehindEverythingIsNotThere() {
    fillTo(2.5);
    store();
    assertThat(isGiven(segment(3))).isFalse();
    assertThat(isGiven(segment(300))).isFalse();
    assertThat(given.size()).isZero();
    assertThat(new Handout(cluster).history(new Timeline(2))).isEmpty();
  }

  @Test
  void aHoleIsNeverTakenForTheEnd() {
    fillTo(4.5);
    store();
    byte[] middle = take(keys.segment(segment(1)));
    assertThat(refused(1).code()).isEqualTo(ErrorCode.WAL_HOLE);
    assertGiven(0);
    assertGiven(2);
    take(keys.segment(segment(2)));
    assertThat(refused(1).code()).isEqualTo(ErrorCode.WAL_HOLE);
    assertThat(refused(2).code()).isEqualTo(ErrorCode.WAL_HOLE);
    assertThat(isGiven(segment(5))).isFalse();
    store.create(keys.segment(segment(1)), middle);
    assertGiven(1);
  }

  /** Pieces of the growing segment that were there, as the marks of what was heard tell. */
  @Test
  void theEndThatIsLostIsAHoleToo() {
    fillTo(2.5);
    store();
    cluster.list(JournalKeys.TAIL).forEach(piece -> store.delete(piece.key()));
    cluster.put(keys.heard(FIRST, wal.end(), NOON), ObjectKind.RECORD, new byte[0]);
    assertThat(refused(2).code()).isEqualTo(ErrorCode.WAL_HOLE);
    assertThat(isGiven(segment(3))).isFalse();
  }

  @Test
  void aDamagedObjectIsAnError() {
    fillTo(3.5);
    store();
    ObjectKey key = keys.segment(segment(1));
    byte[] whole = take(key);
    for (int at : new int[] {0, whole.length / 2, whole.length - 20}) {
      byte[] flipped = whole.clone();
      flipped[at] ^= 1;
      store.create(key, flipped);
      assertThat(refused(1).code()).isIn(ErrorCode.DAMAGED_OBJECT, ErrorCode.UNKNOWN_FORMAT);
      store.delete(key);
    }
    store.create(key, Arrays.copyOf(whole, whole.length / 2));
    assertThat(refused(1).code()).isEqualTo(ErrorCode.DAMAGED_OBJECT);
  }

  /** PostgreSQL would end its recovery there and promote. */
  @Test
  void aBrokenRecordIsAnError() {
    fillTo(1.3);
    Lsn broken = wal.filler(4000);
    fillTo(3.5);
    wal.damage(broken.plus(2000));
    store();
    assertGiven(0);
    assertThat(refused(1).code()).isEqualTo(ErrorCode.WAL_DAMAGED);
    assertThat(refused(1).what()).contains(broken.toString());
  }

  /** A recovery that is told of no timeline 2 would end on the first, and promote. */
  @Test
  void aHistoryThatIsLostIsAHoleWhereThereIsItsWal() {
    fillTo(2.5);
    store();
    ObjectKey second =
        keys.segment(new SegmentName(new Timeline(2), segment(2).number(), MadeWal.SEGMENT));
    cluster.put(second, ObjectKind.SEGMENT, new byte[] {1});
    Failure lost =
        catchThrowableOfType(Failure.class, () -> new Handout(cluster).history(new Timeline(2)));
    assertThat(lost.code()).isEqualTo(ErrorCode.WAL_HOLE);
    assertThat(lost.nextStep()).contains("00000002.history");
    assertThat(new Handout(cluster).history(new Timeline(3))).isEmpty();
    assertThat(new Handout(cluster).history(FIRST)).as("it has none").isEmpty();
  }

  /** A child's WAL before its beginning is its parent's: PostgreSQL asks for it there next. */
  @Test
  void aTimelinesHistoryAndWhatLiesBeforeItsBeginning() {
    fillTo(2.5);
    store();
    String history = "1\t" + wal.end() + "\tno recovery target specified\n";
    byte[] bytes = history.getBytes(StandardCharsets.UTF_8);
    cluster.put(keys.history(new Timeline(2)), ObjectKind.RECORD, bytes);
    assertThat(new Handout(cluster).history(new Timeline(2))).hasValue(bytes);
    assertThat(isGiven(SegmentName.containing(new Timeline(2), START, MadeWal.SEGMENT))).isFalse();
    assertGiven(1);
  }
}
