package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.cluster.PrimaryDisk;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told to the server when the repository takes no WAL and its disk fills. */
class SheddingTest {
  private static final Timeline FIRST = new Timeline(1);
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long ROOM = 4L * MadeWal.SEGMENT;

  @TempDir Path spool;

  private final WatchedStore watched = new WatchedStore(Stores.inMemory());
  private final Repository repository =
      Repository.create(watched.store(), Optional.empty(), new SecureRandom());
  private final ClusterRepository cluster =
      repository.createCluster(new ClusterIdentity("c", MadeWal.SYSTEM, 15, MadeWal.SEGMENT, NOON));
  private final MadeWal wal = new MadeWal(64L << 20);
  private final MadeServer server = new MadeServer(wal);
  private final List<String> early = new CopyOnWriteArrayList<>();

  @Test
  void whatIsKeptIsAlarmedAndNeverAcknowledged() {
    server.keepLimit = OptionalLong.of(ROOM);
    try (JournalStream stream = stream(PrimaryDiskPolicy.Choice.KEEP, 1L << 30)) {
      Lsn before = storedFirst(stream);
      watched.fail(true);
      write(ROOM);

      await()
          .atMost(PATIENCE)
          .until(() -> stream.state().disk().filter(PrimaryDisk::alarm).isPresent());
      await()
          .during(Duration.ofSeconds(4))
          .atMost(PATIENCE)
          .until(() -> server.flushed.equals(before));

      watched.fail(false);
      await().atMost(PATIENCE).until(() -> server.flushed.equals(wal.end()));
      assertThat(stream.state().shed()).isZero();
      assertThat(stream.state().holes()).isEmpty();
      await()
          .atMost(PATIENCE)
          .until(() -> stream.state().disk().filter(PrimaryDisk::alarm).isEmpty());
    }
  }

  @Test
  void aHoleIsNotedBeforeWhatLiesBehindItIsAcknowledged() {
    server.keepLimit = OptionalLong.of(ROOM);
    try (JournalStream stream = stream(PrimaryDiskPolicy.Choice.SHED, 1L << 30)) {
      Lsn before = storedFirst(stream);
      server.onFlush = lsn -> noteIfEarly(stream, lsn);
      watched.fail(true);
      write(ROOM);

      await().atMost(PATIENCE).until(() -> server.flushed.equals(wal.end()));
      Lsn stored = stream.state().stored();
      List<String> noted = notes();
      // also for a test that fails: a stream ends only once it has stored what it received
      watched.fail(false);
      assertThat(stored).isLessThan(wal.end());
      assertThat(stream.state().shed()).isPositive();
      assertThat(noted).isNotEmpty();
      assertThat(early).isEmpty();

      await().atMost(PATIENCE).until(() -> stream.state().unrecordedHoles() == 0);
      assertThat(cluster.list("holes/")).isNotEmpty();
      // what the spool held came home: nothing is missing
      await().atMost(PATIENCE).until(() -> !stream.state().stored().isBefore(wal.end()));
      await().atMost(PATIENCE).until(() -> notes().isEmpty());
      assertThat(new Journal(cluster).view().covers(FIRST, before, wal.end())).isTrue();
    }
  }

  @Test
  void whatTheSpoolHasNoRoomForIsAHole() {
    server.keepLimit = OptionalLong.of(ROOM);
    Lsn end;
    try (JournalStream stream = stream(PrimaryDiskPolicy.Choice.SHED, 2L * MadeWal.SEGMENT)) {
      storedFirst(stream);
      server.onFlush = lsn -> noteIfEarly(stream, lsn);
      watched.fail(true);
      // more than waits in memory
      write(ReceiveBuffer.CAPACITY + 4 * ROOM);
      Lsn written = wal.end();
      await().atMost(PATIENCE).until(() -> written.minus(server.flushed) < 2L * MadeWal.SEGMENT);
      watched.fail(false);
      assertThat(early).isEmpty();
      await().atMost(PATIENCE).until(() -> !stream.state().stored().isBefore(written));
      write(1000);
      end = wal.end();
      await().atMost(PATIENCE).until(() -> !stream.state().stored().isBefore(end));
      await().atMost(PATIENCE).until(() -> stream.state().unrecordedHoles() == 0);
    }
    JournalView view = new Journal(cluster).view();
    assertThat(view.end(FIRST)).contains(end);
    assertThat(view.holes()).isNotEmpty();
    assertThat(view.holes())
        .allSatisfy(hole -> assertThat(hole.reason()).startsWith(Shedding.REASON));
  }

  @Test
  void anotherProcessNeverTakesBackWhatWasAcknowledged() {
    server.keepLimit = OptionalLong.of(ROOM);
    Lsn shed;
    try (JournalStream stream = stream(PrimaryDiskPolicy.Choice.SHED, 1L << 30)) {
      storedFirst(stream);
      watched.refuse(
          key -> key.contains("/wal/") || key.contains("/tail/") || key.contains("/holes/"));
      write(ROOM);
      await().atMost(PATIENCE).until(() -> server.flushed.equals(wal.end()));
      shed = server.flushed;
    }
    List<Lsn> backwards = new CopyOnWriteArrayList<>();
    server.onFlush =
        lsn -> {
          if (lsn.isBefore(shed)) {
            backwards.add(lsn);
          }
        };
    try (JournalStream stream = stream(PrimaryDiskPolicy.Choice.SHED, 1L << 30)) {
      await()
          .during(Duration.ofSeconds(2))
          .atMost(PATIENCE)
          .until(() -> stream.state().unrecordedHoles() > 0);
      watched.refuse(key -> false);
      await().atMost(PATIENCE).until(() -> !stream.state().stored().isBefore(shed));
      await().atMost(PATIENCE).until(() -> stream.state().unrecordedHoles() == 0);
    }
    assertThat(backwards).isEmpty();
    assertThat(cluster.list("holes/")).isNotEmpty();
  }

  private JournalStream stream(PrimaryDiskPolicy.Choice choice, long spoolLimit) {
    JournalSettings settings =
        JournalSettings.of(spool, "slot")
            .withTailInterval(Duration.ofMillis(5))
            .withSpoolLimit(spoolLimit)
            .withPrimaryDisk(new PrimaryDiskPolicy(choice, OptionalLong.empty()));
    return JournalStream.start(
        repository.id(), cluster, server, settings, InstantSource.system(), Duration.ZERO);
  }

  private Lsn storedFirst(JournalStream stream) {
    write(10_000);
    Lsn end = wal.end();
    await().atMost(PATIENCE).until(() -> server.flushed.equals(end));
    assertThat(stream.state().stored()).isEqualTo(end);
    return end;
  }

  private void write(long bytes) {
    Lsn until = wal.end().plus(bytes);
    while (wal.end().isBefore(until)) {
      wal.filler(7000);
      wal.commit(NOON);
    }
  }

  /** A position beyond what is stored may only be told once a hole up to there is noted. */
  private void noteIfEarly(JournalStream stream, Lsn flushed) {
    boolean stored = !stream.state().stored().isBefore(flushed);
    boolean noted =
        notes().stream()
            .anyMatch(
                name -> Long.parseUnsignedLong(name.substring(26, 42), 16) >= flushed.value());
    if (!stored && !noted) {
      early.add(flushed + " of " + stream.state().stored() + ", " + notes());
    }
  }

  private List<String> notes() {
    // names alone: a note may be taken away while it is looked at
    Path notes = spool.resolve(repository.id()).resolve(cluster.identity().name());
    try (Stream<Path> files = Files.list(notes)) {
      return files
          .map(path -> path.getFileName().toString())
          .filter(name -> name.endsWith(".hole"))
          .toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
