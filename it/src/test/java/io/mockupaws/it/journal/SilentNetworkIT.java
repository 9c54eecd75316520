package io.mockupaws.it.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalStream;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.journal.PgWalServer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A network that loses everything, while the kernel holds each connection for alive. */
class SilentNetworkIT {
  /** Well below the quarter of an hour after which the kernel gives up. */
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  @TempDir private Path spool;

  private StreamFixture fixture(int major) {
    return new StreamFixture(
        EmbeddedPostgres.builder(major)
            .segmentMegabytes(1)
            .setting("wal_sender_timeout", "5s") // else the slot stays in use for a minute
            .start(),
        spool,
        1);
  }

  private static JournalStream through(SilentProxy proxy, StreamFixture it) {
    ServerAddress address = ServerAddress.parse(it.server.login().at(proxy.port()).url("postgres"));
    JournalStream stream =
        JournalStream.start(
            it.repository.id(),
            it.cluster,
            new PgWalServer(address, StreamFixture.SLOT, InstantSource.system()),
            it.settings(),
            InstantSource.system(),
            Duration.ofSeconds(10));
    stream.awaitStreaming(StreamFixture.PATIENCE, () -> false);
    return stream;
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 18})
  void aStreamThatHearsNothingConnectsAgain(int major) throws Exception {
    try (StreamFixture it = fixture(major);
        SilentProxy proxy = new SilentProxy(it.server.port());
        JournalStream stream = through(proxy, it)) {
      it.insert(700, 640);
      it.awaitStored(stream, it.flushed());
      proxy.silence();
      it.insert(700, 640);
      await().atMost(PATIENCE).until(() -> !stream.state().stored().isBefore(it.flushed()));
      assertThat(proxy.losses()).isPositive();
      it.insert(700, 640);
      it.awaitStored(stream, it.flushed());
      JournalView view = new Journal(it.cluster).view();
      assertThat(view.stretches()).hasSize(1);
      assertThat(view.holes()).isEmpty();
      assertThat(it.compareWithServer()).isGreaterThan(1 << 20);
    }
  }

  /** The first one made is for questions beside the stream, the second one streams. */
  @ParameterizedTest
  @CsvSource({"15, 0", "17, 1"})
  void oneOfTheTwoConnectionsFallsSilent(int major, int number) throws Exception {
    try (StreamFixture it = fixture(major);
        SilentProxy proxy = new SilentProxy(it.server.port());
        JournalStream stream = through(proxy, it)) {
      assertThat(proxy.connections()).isEqualTo(2);
      proxy.silence(number);
      await().atMost(PATIENCE).until(() -> proxy.connections() > 3);
      it.insert(700, 640);
      await().atMost(PATIENCE).until(() -> !stream.state().stored().isBefore(it.flushed()));
    }
  }
}
