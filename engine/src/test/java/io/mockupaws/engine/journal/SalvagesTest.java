package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.LeaseRole;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Stores;
import java.io.IOException;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server left in its directory, beside what was streamed of it. */
class SalvagesTest {
  private static final Timeline FIRST = new Timeline(1);
  private static final long START = 64L << 20;
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");

  @TempDir Path folder;

  private final WatchedStore watched = new WatchedStore(Stores.inMemory());
  private final Repository repository =
      Repository.create(watched.store(), Optional.empty(), new SecureRandom());
  private final ClusterRepository cluster =
      repository.createCluster(new ClusterIdentity("c", MadeWal.SYSTEM, 15, MadeWal.SEGMENT, NOON));
  private final MadeWal wal = new MadeWal(START);

  @Test
  void allThatWasNotShippedComesIn() throws IOException {
    commits(wal, 500);
    stream();
    commits(wal, 4000);
    leave(wal, wal.end());
    Unshipped found = look();
    assertThat(found.commits()).isEqualTo(4000);
    assertThat(found.to()).isEqualTo(wal.end());
    assertThat(found.lastCommit().orElseThrow().time()).isEqualTo(NOON.plusMillis(3999));
    salvages().save(found, Duration.ZERO);
    JournalView view = new Journal(cluster).view();
    assertThat(view.stretches()).containsExactly(new Stretch(FIRST, wal.start(), wal.end()));
    assertThat(look().isEmpty()).isTrue();
    assertThat(cluster.isHeld(LeaseRole.JOURNAL)).isFalse();
  }

  /**
   * A server that was promoted and archives gives the last segment of its old timeline a suffix.
   */
  @Test
  void theLastSegmentOfAnOldTimelineComesInUnderItsOtherName() throws IOException {
    commits(wal, 500);
    stream();
    commits(wal, 4000);
    leave(wal, wal.end());
    Path last = file(SegmentName.containing(FIRST, wal.end(), MadeWal.SEGMENT));
    Path renamed = last.resolveSibling(last.getFileName() + ".partial");
    Files.move(last, renamed);
    Unshipped found = look();
    assertThat(found.to()).isEqualTo(wal.end());
    assertThat(found.commits()).isEqualTo(4000);
    salvages().save(found, Duration.ZERO);
    JournalView view = new Journal(cluster).view();
    assertThat(view.stretches()).containsExactly(new Stretch(FIRST, wal.start(), wal.end()));
  }

  /** What is no page of that place is none of that segment, whatever its name says. */
  @Test
  void aFileOfThatOtherNameWithAnotherSegmentInItIsNotTaken() throws IOException {
    commits(wal, 500);
    stream();
    SegmentName growing = SegmentName.containing(FIRST, wal.end(), MadeWal.SEGMENT);
    commits(wal, 4000);
    leave(wal, wal.end());
    Path last = file(SegmentName.containing(FIRST, wal.end(), MadeWal.SEGMENT));
    assertThat(last).isNotEqualTo(file(growing));
    Files.copy(file(growing), last.resolveSibling(last.getFileName() + ".partial"));
    Files.delete(last);
    Unshipped found = look();
    assertThat(found.to()).isLessThan(wal.end()).isGreaterThan(growing.start());
    salvages().save(found, Duration.ZERO);
    assertThat(new Journal(cluster).view().end(FIRST)).contains(found.to());
  }

  /** Of the record that was being written, and of what the file held before, nothing is taken. */
  @Test
  void itEndsWithTheLastWholeRecord() throws IOException {
    commits(wal, 10);
    stream();
    commits(wal, 10);
    Lsn whole = wal.end();
    wal.filler(700);
    leave(wal, whole.plus(100));
    Path segment = file(SegmentName.containing(FIRST, whole, MadeWal.SEGMENT));
    byte[] bytes = Files.readAllBytes(segment);
    Arrays.fill(bytes, (int) whole.plus(100).minus(wal.start()), 20_000, (byte) 0x33);
    Files.write(segment, bytes);
    Files.write(
        file(
            SegmentName.parse(segment.getFileName().toString(), MadeWal.SEGMENT)
                .orElseThrow()
                .next()),
        bytes);
    Unshipped found = look();
    assertThat(found.commits()).isEqualTo(10);
    assertThat(found.to()).isEqualTo(whole);
    salvages().save(found, Duration.ZERO);
    assertThat(new Journal(cluster).view().end(FIRST)).contains(whole);
  }

  @Test
  void anotherLifeNeverComesIn() throws IOException {
    commits(wal, 300);
    MadeWal other = wal.copy();
    commits(wal, 300);
    stream();
    commits(other, 2);
    other.filler(900);
    commits(other, 3000);
    leave(other, other.end());
    Unshipped found = look();
    assertThat(found.isEmpty()).isTrue();
    assertThat(found.foreign().orElseThrow()).contains("differs from the journal's at");
    LeftServer server =
        new LeftServer(
            new LeftFiles(folder.resolve("pg_wal"), MadeWal.SEGMENT),
            MadeWal.SYSTEM,
            FIRST,
            other.end());
    assertThat(server.connect().identify().flushed()).isEqualTo(other.end());
    Unshipped forged =
        new Unshipped(
            folder.resolve("pg_wal"),
            FIRST,
            wal.end(),
            other.end(),
            1,
            Optional.empty(),
            Optional.empty(),
            false);
    assertThatThrownBy(() -> salvages().save(forged, Duration.ZERO))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OTHER_LIFE));
    assertThat(new Journal(cluster).view().end(FIRST)).contains(wal.end());
  }

  /** What lies between went with the server's own housekeeping, or with a disk. */
  @Test
  void whatLiesBehindAGapIsNamedAndStaysInTheDirectory() throws IOException {
    commits(wal, 500);
    stream();
    SegmentName growing = SegmentName.containing(FIRST, wal.end(), MadeWal.SEGMENT);
    commits(wal, 4000);
    leave(wal, wal.end());
    assertThat(look().foreign()).isEmpty();
    Path broken = file(growing.next());
    byte[] bytes = Files.readAllBytes(broken);
    bytes[bytes.length / 2] ^= 1;
    Files.write(broken, bytes);
    Unshipped damaged = look();
    assertThat(damaged.commits()).isBetween(1L, 3999L);
    assertThat(damaged.behindGap()).isTrue();
    for (SegmentName gone = SegmentName.containing(FIRST, wal.start(), MadeWal.SEGMENT);
        gone.start().isBefore(growing.end());
        gone = gone.next()) {
      Files.delete(file(gone));
    }
    Unshipped found = look();
    assertThat(found.isEmpty()).isTrue();
    assertThat(found.behindGap()).isTrue();
    assertThat(found.foreign().orElseThrow()).contains("goes on at " + growing.end());
  }

  @Test
  void aStreamThatRunsIsNotDisturbed() throws IOException {
    commits(wal, 10);
    stream();
    commits(wal, 10);
    leave(wal, wal.end());
    Unshipped found = look();
    try (var _ = cluster.acquireLease(LeaseRole.JOURNAL, Duration.ZERO)) {
      assertThatThrownBy(() -> salvages().save(found, Duration.ZERO))
          .isInstanceOfSatisfying(
              Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LEASE_HELD));
    }
  }

  /** The lease can still be had, or not even that. */
  @Test
  void aRepositoryThatCannotBeWrittenCostsNothingAndTheNextTryBringsAllIn() throws IOException {
    commits(wal, 500);
    stream();
    commits(wal, 4000);
    leave(wal, wal.end());
    Map<String, Integer> left = contents();
    Unshipped found = look();
    for (String part : List.of("/(wal|tail)/", "/lease/")) {
      watched.refuse(key -> key.matches(".*" + part + ".*"));
      assertThatThrownBy(() -> impatient().save(found, Duration.ZERO))
          .isInstanceOfSatisfying(
              Failure.class,
              e ->
                  assertThat(e.code())
                      .isIn(ErrorCode.STORE_UNREACHABLE, ErrorCode.WAL_NOT_DURABLE));
      assertThat(contents()).as("without " + part).isEqualTo(left);
    }
    watched.refuse(key -> false);
    salvages().save(look(), Duration.ofSeconds(60));
    assertThat(new Journal(cluster).view().stretches())
        .containsExactly(new Stretch(FIRST, wal.start(), wal.end()));
    assertThat(contents()).isEqualTo(left);
  }

  private Map<String, Integer> contents() throws IOException {
    Map<String, Integer> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder.resolve("pg_wal"))) {
      for (Path file : files.toList()) {
        contents.put(file.getFileName().toString(), Arrays.hashCode(Files.readAllBytes(file)));
      }
    }
    return contents;
  }

  private Salvages impatient() {
    return new Salvages(
        repository.id(), cluster, settings(), InstantSource.system(), Duration.ofSeconds(1));
  }

  private Salvages salvages() {
    return new Salvages(repository.id(), cluster, settings(), InstantSource.system());
  }

  private JournalSettings settings() {
    return JournalSettings.of(folder.resolve("spool"), "slot").withTailInterval(Duration.ZERO);
  }

  private Unshipped look() {
    return salvages().look(folder).orElseThrow();
  }

  private static void commits(MadeWal wal, int count) {
    for (int i = 0; i < count; i++) {
      wal.filler(700);
      wal.commit(NOON.plusMillis(i));
    }
  }

  private void stream() {
    Lsn end = wal.end();
    try (JournalStream stream =
        JournalStream.start(
            repository.id(),
            cluster,
            new MadeServer(wal),
            settings(),
            InstantSource.system(),
            Duration.ZERO)) {
      await().atMost(Duration.ofSeconds(60)).until(() -> !stream.state().stored().isBefore(end));
    }
  }

  private Path file(SegmentName segment) {
    return folder.resolve("pg_wal").resolve(segment.fileName());
  }

  /** Segment files as a crash leaves them: full size, zeros behind the end. */
  private void leave(MadeWal left, Lsn end) throws IOException {
    Files.createDirectories(folder.resolve("pg_wal"));
    for (Lsn at = left.start(); at.isBefore(end); at = at.plus(MadeWal.SEGMENT)) {
      int most = (int) Math.min(MadeWal.SEGMENT, end.minus(at));
      byte[] bytes = Arrays.copyOf(left.bytes(at, most), MadeWal.SEGMENT);
      Files.write(file(SegmentName.containing(FIRST, at, MadeWal.SEGMENT)), bytes);
    }
  }
}
