package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code wal fetch} writes, and what of it stays. */
class ArchiveFilesTest {
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");

  @TempDir Path place;

  private final Repository repository =
      Repository.create(Stores.inMemory(), Optional.empty(), new SecureRandom());
  private final ClusterRepository cluster =
      repository.createCluster(new ClusterIdentity("c", MadeWal.SYSTEM, 15, MadeWal.SEGMENT, NOON));
  private final MadeWal wal = new MadeWal(64L << 20);

  private SegmentName segment(int number) {
    return SegmentName.containing(
        new Timeline(1), wal.start().plus((long) number * MadeWal.SEGMENT), MadeWal.SEGMENT);
  }

  /** The mode of each file, by its name. */
  private static Map<String, String> modes(Path folder) throws IOException {
    TreeMap<String, String> modes = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        modes.put(
            file.getFileName().toString(),
            PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
      }
    }
    return modes;
  }

  @Test
  void whatIsFetchedAheadIsForItsUserAloneAndGoesAtTheEnd() throws IOException {
    wal.fillTo(wal.start().plus(3L * MadeWal.SEGMENT + 5000));
    try (JournalStream stream =
        JournalStream.start(
            repository.id(),
            cluster,
            new MadeServer(wal),
            JournalSettings.of(place.resolve("spool"), "slot"),
            InstantSource.system(),
            Duration.ZERO)) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> !stream.state().stored().isBefore(wal.end()));
    }
    Path ahead = Files.createDirectory(place.resolve("ahead"));
    Path given = Files.createDirectory(place.resolve("pg_wal"));
    ArchiveFiles files = new ArchiveFiles(cluster);
    Optional<Path> into = Optional.of(ahead);
    assertThat(files.fetch(segment(0).fileName(), given.resolve("RECOVERYXLOG"), into)).isTrue();
    assertThat(modes(given)).containsOnly(Map.entry("RECOVERYXLOG", "rw-------"));
    assertThat(modes(ahead))
        .containsOnlyKeys(segment(1).fileName(), segment(2).fileName())
        .allSatisfy((name, mode) -> assertThat(mode).as(name).isEqualTo("rw-------"));
    assertThat(files.fetch(segment(4).fileName(), given.resolve("next"), into))
        .as("the end of the recovery")
        .isFalse();
    assertThat(modes(ahead)).isEmpty();
  }
}
