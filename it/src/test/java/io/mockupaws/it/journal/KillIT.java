package io.mockupaws.it.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalStream;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.store.StoreAddress;
import io.mockupaws.store.StoreOptions;
import io.mockupaws.store.Stores;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** The streaming process is killed at moments of chance, again and again. */
class KillIT {
  private static final int KILLS = 4;

  @TempDir Path folder;

  @EveryVersion
  void killedAtAnyMomentNothingIsLostOrDoubled(int major) throws Exception {
    Path place = folder.resolve("repository");
    String address = "file://" + place;
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    try (StreamFixture it =
        new StreamFixture(
            EmbeddedPostgres.builder(major)
                .segmentMegabytes(1)
                .setting("wal_keep_size", "2GB")
                .start(),
            folder.resolve("spool"),
            1,
            Stores.create(StoreAddress.parse(address), StoreOptions.none()))) {
      AtomicBoolean writing = new AtomicBoolean(true);
      Thread writer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (writing.get()) {
                      it.insert(50, 640);
                    }
                  });
      try {
        for (int i = 0; i < KILLS; i++) {
          Process process = start(it, address);
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1500 + random.nextInt(3000)));
          process.destroyForcibly().waitFor();
          if (random.nextInt(3) == 0) {
            deleteSpool(folder.resolve("spool"));
          }
        }
      } finally {
        writing.set(false);
        writer.join();
      }
      try (JournalStream stream = it.streaming()) {
        it.awaitStored(stream, it.flushed());
        JournalView view = new Journal(it.cluster).view();
        assertThat(view.stretches()).as("seed %s", seed).hasSize(1);
        assertThat(it.compareWithServer()).as("seed %s", seed).isGreaterThan(1 << 20);
      }
    }
  }

  private Process start(StreamFixture it, String address) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessBuilder builder =
        new ProcessBuilder(
            java,
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            StreamProcess.class.getName(),
            address,
            folder.resolve("spool").toString(),
            StreamFixture.SLOT);
    builder.environment().put("STREAM_URL", it.server.url("postgres"));
    builder.redirectErrorStream(true);
    builder.redirectOutput(
        ProcessBuilder.Redirect.appendTo(new File(folder.toFile(), "stream.log")));
    return builder.start();
  }

  private static void deleteSpool(Path spool) throws IOException {
    if (!Files.exists(spool)) {
      return;
    }
    try (Stream<Path> files = Files.walk(spool)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }
}
