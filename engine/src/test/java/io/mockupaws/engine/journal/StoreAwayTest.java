package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.CutStore;
import io.mockupaws.engine.repository.Lease;
import io.mockupaws.engine.repository.LeaseRole;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.GroupPolicy;
import io.mockupaws.store.Member;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repository in two stores, one of which is away for a while. */
class StoreAwayTest {
  private static final GroupPolicy POLICY =
      new GroupPolicy(Duration.ofSeconds(60), Duration.ofMillis(1), Duration.ofMillis(1));
  private static final Timeline FIRST = new Timeline(1);
  private static final int SIZE = MadeWal.SEGMENT;

  @TempDir private Path folder;
  private final Store memoryA = Stores.inMemory();
  private final Store memoryB = Stores.inMemory();
  private final CutStore a = new CutStore(memoryA);
  private final CutStore b = new CutStore(memoryB);
  private final Store group = Stores.group(List.of(a.store(), b.store()), POLICY);
  private final ClusterRepository cluster =
      Repository.create(group, Optional.empty(), new SecureRandom())
          .createCluster(new ClusterIdentity("c", MadeWal.SYSTEM, 15, SIZE, Instant.EPOCH));
  private final MadeWal wal = new MadeWal(64L << 20);

  private SegmentName name(int number) {
    return SegmentName.containing(FIRST, wal.start().plus((long) number * SIZE), SIZE);
  }

  private Path file(int number) {
    wal.fillTo(wal.start().plus(4L * SIZE));
    try {
      byte[] bytes = Arrays.copyOf(wal.bytes(name(number).start(), SIZE), SIZE);
      return Files.write(folder.resolve(name(number).fileName()), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void push(JournalSettings.Durability durability, int number) {
    new Push(
            cluster,
            InstantSource.system(),
            JournalSettings.OnDamage.GO_ON,
            durability,
            Duration.ofSeconds(5))
        .push(file(number));
  }

  private static Failure failure(Runnable call) {
    Failure failure = catchThrowableOfType(Failure.class, call::run);
    assertThat(failure).isNotNull();
    return failure;
  }

  private void awaitReturn() {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> group.members().stream().map(Member::away).allMatch(Optional::isEmpty));
  }

  private static List<String> keys(Store store, String part) {
    List<String> keys = new ArrayList<>();
    store.forEach("", "", object -> keys.add(object.key().value()));
    return keys.stream().filter(key -> key.contains(part)).toList();
  }

  /** PostgreSQL would end its recovery there and promote, with an hour of commits in the other. */
  @Test
  void whatMayLieInAStoreThatIsAwayIsNotToldToBeNowhere() {
    push(JournalSettings.Durability.ANY, 0);
    b.cutOff();
    push(JournalSettings.Durability.ANY, 1);
    a.cutOff();
    b.heal();
    await().atMost(Duration.ofSeconds(30)).until(() -> group.members().getLast().away().isEmpty());
    Handout handout = new Handout(cluster);
    assertThat(handout.segment(name(0), new ByteArrayOutputStream())).isTrue();
    for (int number : new int[] {1, 2}) {
      Failure away = failure(() -> handout.segment(name(number), new ByteArrayOutputStream()));
      assertThat(away.code()).isEqualTo(ErrorCode.STORE_UNREACHABLE);
    }
    assertThat(failure(() -> handout.history(new Timeline(2))).code())
        .isEqualTo(ErrorCode.STORE_UNREACHABLE);
    a.heal();
    awaitReturn();
    assertThat(handout.segment(name(1), new ByteArrayOutputStream())).isTrue();
    assertThat(handout.segment(name(2), new ByteArrayOutputStream())).isFalse();
    assertThat(handout.history(new Timeline(2))).isEmpty();
  }

  /** The server forgets the file once it is told that it is durable. */
  @Test
  void withAllAFileIsDurableOnceEveryStoreHasIt() {
    push(JournalSettings.Durability.ALL, 0);
    assertThat(keys(memoryB, "/wal/")).hasSize(1);
    b.cutOff();
    assertThat(failure(() -> push(JournalSettings.Durability.ALL, 1)).code())
        .isEqualTo(ErrorCode.WAL_NOT_DURABLE);
    push(JournalSettings.Durability.ANY, 1);
    b.heal();
    awaitReturn();
    assertThat(keys(memoryB, "/wal/")).hasSize(1);
    push(JournalSettings.Durability.ALL, 1);
    assertThat(keys(memoryB, "/wal/")).isEqualTo(keys(memoryA, "/wal/")).hasSize(2);
  }

  /** One of them misses the finished segment, and answers again when the pieces are to go. */
  @Test
  void aStoreThatLacksTheFinishedSegmentKeepsItsPieces() {
    try (Lease lease = cluster.acquireLease(LeaseRole.JOURNAL, Duration.ZERO)) {
      Uploads uploads = new Uploads(cluster, lease);
      SpoolFile file = new Spool(folder.resolve("spool"), "r", "c", SIZE).open(name(0));
      file.write(0, ByteBuffer.wrap(new byte[SIZE]));
      OpenSegment segment = new OpenSegment(name(0), file, SIZE, 0);
      List<Piece> pieces = List.of(new Piece(0, 1000), new Piece(1000, 2000));
      pieces.forEach(piece -> uploads.piece(segment, piece, UploadsTest.INDEX));
      String tail = "/tail/";
      assertThat(keys(memoryB, tail)).hasSize(2);

      b.cutOff();
      uploads.piece(segment, new Piece(0, 2000), UploadsTest.INDEX);
      b.heal();
      awaitReturn();
      uploads.removeJoined(segment, new Piece(0, 2000), pieces);
      assertThat(keys(memoryA, tail)).hasSize(1);
      assertThat(keys(memoryB, tail)).as("all that it has").hasSize(2);

      b.cutOff();
      uploads.segment(segment, UploadsTest.INDEX);
      b.heal();
      awaitReturn();
      uploads.removePieces(segment);
      assertThat(keys(memoryA, tail)).isEmpty();
      assertThat(keys(memoryB, tail)).as("all that it has").hasSize(2);
    }
  }
}
