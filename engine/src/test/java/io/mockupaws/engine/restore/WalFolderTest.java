package io.mockupaws.engine.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The private folder of a restore goes with it, whoever still writes there. */
class WalFolderTest {
  private static final int ROUNDS = 100;
  private static final int FILES = 50;

  @TempDir private Path parent;

  /** A server that is being ended may still fetch: under another name first, and then renamed. */
  @Test
  void itGoesWhileFilesComeAndGoInIt() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      WalFolder folder = WalFolder.create(parent);
      Path files = Files.createDirectory(folder.path().resolve("files"));
      for (int i = 0; i < FILES; i++) {
        Files.createFile(files.resolve("whole-" + i));
      }
      AtomicBoolean fetching = new AtomicBoolean();
      Thread fetcher = Thread.ofPlatform().start(() -> fetch(files, fetching));
      while (!fetching.get()) {
        Thread.onSpinWait();
      }
      folder.close();
      fetcher.join();
      assertThat(parent).isEmptyDirectory();
    }
  }

  private static void fetch(Path files, AtomicBoolean fetching) {
    for (int i = 0; i < FILES; i++) {
      try {
        Path begun = Files.createFile(files.resolve("begun-" + i));
        Files.move(begun, files.resolve("fetched-" + i));
        Files.delete(files.resolve("whole-" + i));
      } catch (IOException e) {
        // the folder goes
      }
      fetching.set(true);
    }
  }
}
