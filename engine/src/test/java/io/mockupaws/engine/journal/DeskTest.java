package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The desk at which clients hand files to a running stream. */
class DeskTest {
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");

  @TempDir private Path spool;

  /** A link that leads nowhere is listed and cannot be looked at, as a file that has gone. */
  @Test
  void aFileThatItsClientTakesAwayDoesNotEndTheDesk() throws IOException {
    Repository repository =
        Repository.create(Stores.inMemory(), Optional.empty(), new SecureRandom());
    ClusterRepository cluster =
        repository.createCluster(
            new ClusterIdentity("c", MadeWal.SYSTEM, 15, MadeWal.SEGMENT, NOON));
    Path desk =
        Files.createDirectories(spool.resolve("ask/" + Long.toUnsignedString(MadeWal.SYSTEM)));
    Files.createSymbolicLink(desk.resolve("gone.file"), spool.resolve("nowhere"));
    try (JournalStream stream =
        JournalStream.start(
            repository.id(),
            cluster,
            new MadeServer(new MadeWal(64L << 20)),
            JournalSettings.of(spool, "slot"),
            InstantSource.system(),
            Duration.ZERO)) {
      Files.writeString(desk.resolve("1.file"), "no segment");
      Files.writeString(desk.resolve("1.ask"), "push no-segment");
      await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(desk.resolve("1.answer")));
      assertThat(desk.resolve("1.answer")).as("%s", stream.state()).content().startsWith("1\n");
    }
  }
}
