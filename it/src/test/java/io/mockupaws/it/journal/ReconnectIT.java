package io.mockupaws.it.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.engine.journal.Hole;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalStream;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.journal.StreamState;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.it.support.Tree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** Restarts of either side, copies of the server, holes. */
class ReconnectIT {
  @TempDir Path spool;

  private StreamFixture fixture(int major, String... settings) {
    var builder = EmbeddedPostgres.builder(major).segmentMegabytes(1);
    for (int i = 0; i < settings.length; i += 2) {
      builder.setting(settings[i], settings[i + 1]);
    }
    return new StreamFixture(builder.start(), spool, 1);
  }

  @EveryVersion
  void serverRestartsLoseAndDuplicateNothing(int major) throws Exception {
    try (StreamFixture it = fixture(major, "wal_keep_size", "1GB");
        JournalStream stream = it.streaming()) {
      for (int i = 0; i < 3; i++) {
        it.insert(2000, 640);
        it.server.restart();
        it.insert(2000, 640);
        it.server.kill();
        it.server.start();
        // a slow host may miss a short life of the server, but not what it left
        it.awaitStored(stream, it.flushed());
      }
      it.insert(10, 640);
      it.awaitStored(stream, it.flushed());
      assertThat(stream.state().connections()).isGreaterThan(3);
      assertOneStretch(it);
      assertThat(it.compareWithServer()).isGreaterThan(6 << 20);
    }
  }

  @EveryVersion
  void ourRestartsWithAndWithoutTheSpool(int major) throws Exception {
    try (StreamFixture it = fixture(major, "wal_keep_size", "1GB")) {
      for (int i = 0; i < 6; i++) {
        try (JournalStream stream = it.streaming()) {
          it.insert(700, 640);
          it.awaitStored(stream, it.flushed());
        }
        it.insert(700, 640);
        if (i % 2 == 1) {
          deleteTree(spool);
        }
      }
      try (JournalStream stream = it.streaming()) {
        it.awaitStored(stream, it.flushed());
        assertOneStretch(it);
        assertThat(it.compareWithServer()).isGreaterThan(5 << 20);
      }
    }
  }

  @EveryVersion
  void aHoleIsRecordedShownAndHealed(int major) throws Exception {
    try (StreamFixture it = fixture(major, "max_wal_size", "32MB", "min_wal_size", "2MB")) {
      Lsn reached;
      try (JournalStream stream = it.streaming()) {
        it.insert(700, 640);
        reached = it.flushed();
        it.awaitStored(stream, reached);
      }
      Path saved = Files.createDirectory(spool.resolve("saved"));
      it.server.run("SELECT pg_drop_replication_slot('" + StreamFixture.SLOT + "')");
      for (int i = 0; i < 8; i++) {
        it.insert(2000, 640);
        copyWal(it, saved);
        it.server.run("CHECKPOINT");
      }
      try (JournalStream stream = it.stream(it.settings().withTakesOver(true))) {
        stream.awaitStreaming(StreamFixture.PATIENCE, () -> false);
        it.insert(100, 640);
        it.awaitStored(stream, it.flushed());
        assertThat(stream.state().holes()).hasSize(1);
        assertThat(stream.state().holes().getFirst().from()).isGreaterThanOrEqualTo(reached);
        List<Hole> shown = new Journal(it.cluster).view().holes();
        assertThat(shown).hasSize(1);
        assertThat(shown.getFirst().kind()).isEqualTo(Hole.Kind.MISSING);
        assertThat(shown.getFirst().reason()).contains("no longer");
      }
      it.server.stop();
      restoreWal(it, saved);
      it.server.start();
      try (JournalStream stream = it.streaming()) {
        await()
            .atMost(StreamFixture.PATIENCE)
            .until(() -> new Journal(it.cluster).view().holes().isEmpty());
        assertThat(it.cluster.list("holes/")).as("the record stays").hasSize(1);
        assertOneStretch(it);
        it.compareWithServer();
        assertThat(stream.state().phase()).isEqualTo(StreamState.Phase.STREAMING);
      }
    }
  }

  @EveryVersion
  void aCopyThatWentItsOwnWayIsRefusedAndNothingIsWritten(int major) throws Exception {
    try (StreamFixture it = fixture(major)) {
      try (JournalStream stream = it.streaming()) {
        it.insert(100, 640);
        it.awaitStored(stream, it.flushed());
      }
      it.server.stop();
      Path copy = spool.resolve("copy");
      copyTree(it.server.dataDirectory(), copy);
      it.server.start();
      try (JournalStream stream = it.streaming()) {
        it.insert(100, 640);
        it.awaitStored(stream, it.flushed());
      }
      it.server.stop();
      // the snapshot is rolled back, and goes on
      deleteTree(it.server.dataDirectory());
      copyTree(copy, it.server.dataDirectory());
      it.server.start();
      it.insert(500, 640);
      List<String> before = keys(it);
      try (JournalStream stream = it.stream()) {
        Failure failure = catchThrowableOfType(Failure.class, stream::awaitEnd);
        assertThat(failure.code()).isEqualTo(ErrorCode.OTHER_LIFE);
        assertThat(keys(it)).isEqualTo(before);
      }
    }
  }

  /** Its timeline says that it comes from ours; its bytes before the fork say that it does not. */
  @EveryVersion
  void aPromotedCopyThatWentItsOwnWayIsRefused(int major) throws Exception {
    try (StreamFixture it = fixture(major)) {
      it.insert(10, 640);
      it.server.stop();
      Path copy = spool.resolve("copy");
      copyTree(it.server.dataDirectory(), copy);
      it.server.start();
      try (JournalStream stream = it.streaming()) {
        it.insert(3000, 640);
        it.awaitStored(stream, it.flushed());
      }
      it.server.stop();
      deleteTree(it.server.dataDirectory());
      copyTree(copy, it.server.dataDirectory());
      it.server.start();
      it.insert(1000, 640);
      it.server.stop();
      Files.createFile(it.server.dataDirectory().resolve("standby.signal"));
      it.server.start();
      it.server.run("SELECT pg_promote()");
      it.insert(3000, 640);
      List<String> before = keys(it);
      try (JournalStream stream = it.stream()) {
        Failure failure = catchThrowableOfType(Failure.class, stream::awaitEnd);
        assertThat(failure.code()).isEqualTo(ErrorCode.OTHER_LIFE);
      }
      assertThat(keys(it)).isEqualTo(before);
      try (JournalStream stream = it.stream()) {
        assertThat(catchThrowableOfType(Failure.class, stream::awaitEnd).code())
            .isEqualTo(ErrorCode.OTHER_LIFE);
      }
      assertThat(keys(it)).isEqualTo(before);
    }
  }

  @EveryVersion
  void aPromotedServerGoesOnOnItsTimeline(int major) throws Exception {
    try (StreamFixture it = fixture(major, "wal_keep_size", "1GB")) {
      try (JournalStream stream = it.streaming()) {
        it.insert(700, 640);
        it.awaitStored(stream, it.flushed());
        for (int i = 0; i < 2; i++) {
          it.server.stop();
          Path signal = it.server.dataDirectory().resolve("standby.signal");
          Files.createFile(signal);
          it.server.start();
          await()
              .atMost(StreamFixture.PATIENCE)
              .until(() -> stream.state().phase() == StreamState.Phase.STREAMING);
          it.server.run("SELECT pg_promote()");
          it.insert(700, 640);
          it.awaitStored(stream, it.flushed());
        }
        assertThat(stream.state().timeline().orElseThrow().id()).isEqualTo(3);
        JournalView view = new Journal(it.cluster).view();
        assertThat(view.holes()).isEmpty();
        assertThat(view.histories()).hasSize(2);
        Lsn start = view.stretches().getFirst().from();
        assertThat(view.covers(view.latestTimeline().orElseThrow(), start, it.flushed())).isTrue();
        it.compareWithServer();
      }
    }
  }

  private static List<String> keys(StreamFixture it) {
    return it.cluster.list("").stream()
        .map(object -> object.key().value())
        .filter(key -> !key.contains("/lease/"))
        .toList();
  }

  private static void assertOneStretch(StreamFixture it) {
    JournalView view = new Journal(it.cluster).view();
    assertThat(view.stretches()).hasSize(1);
    assertThat(view.holes()).isEmpty();
  }

  /** The finished segments: files behind the current one hold older WAL, to be written over. */
  private static void copyWal(StreamFixture it, Path to) throws IOException {
    String current = it.value("SELECT pg_walfile_name(pg_current_wal_insert_lsn())");
    for (Path file : Tree.files(it.server.dataDirectory().resolve("pg_wal"))) {
      if (file.getFileName().toString().compareTo(current) < 0) {
        Files.write(to.resolve(file.getFileName()), Files.readAllBytes(file));
      }
    }
  }

  private static void restoreWal(StreamFixture it, Path from) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Path to = it.server.dataDirectory().resolve("pg_wal").resolve(file.getFileName());
        if (!Files.exists(to)) {
          Files.copy(file, to);
          it.server.user().own(to);
        }
      }
    }
  }

  private static void copyTree(Path from, Path to) throws IOException {
    Process copy =
        new ProcessBuilder("cp", "-a", from.toString(), to.toString()).inheritIO().start();
    try {
      assertThat(copy.waitFor()).isZero();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void deleteTree(Path tree) {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
