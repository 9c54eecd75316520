package io.mockupaws.engine.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchTest {
  @TempDir private Path dir;

  @Test
  void itIsForUsAndGoesWhenClosed() throws IOException {
    Path folder = Scratch.place(dir, "0123abcd");
    try (Scratch scratch = Scratch.create(folder)) {
      Files.createDirectories(scratch.data().resolve("base"));
      Files.writeString(scratch.data().resolve("base/1"), "data");
      Files.createSymbolicLink(scratch.data().resolve("link"), dir);
      assertThat((int) Files.getAttribute(folder, "unix:mode") & 0066).isZero();
      assertThat(Scratch.clearAbandoned(dir)).isEmpty();
    }
    assertThat(dir).isEmptyDirectory();
  }

  /** The number is that of a process which cannot be: the lock alone decides. */
  @Test
  void whatNobodyHoldsIsRemovedAndNothingElse() throws IOException {
    Path left = folder("mockupaws-scratch-4194999-00000001");
    Path held = folder("mockupaws-scratch-4194999-00000002");
    Path foreign = folder("mockupaws-scratch-of-mine");
    Path unlocked = Files.createDirectory(dir.resolve("mockupaws-scratch-4194999-00000003"));
    Path outside = Files.writeString(dir.resolve("precious"), "not ours");
    Files.createSymbolicLink(left.resolve("link"), dir);
    try (FileChannel channel = FileChannel.open(held.resolve("lock"), StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      Process other = clearInAnotherProcess();
      assertThat(other.exitValue()).isZero();
    }
    assertThat(left).doesNotExist();
    assertThat(held).exists();
    assertThat(foreign).exists();
    assertThat(unlocked).exists();
    assertThat(outside).exists();
  }

  /** In a container each process may have the same number. */
  @Test
  void oneOfOurNumberThatAnotherProcessLeftIsRemoved() throws IOException {
    Path left = folder("mockupaws-scratch-" + ProcessHandle.current().pid() + "-00000004");
    assertThat(Scratch.clearAbandoned(dir)).containsExactly(left);
    assertThat(left).doesNotExist();
  }

  /** Whoever runs as root follows nobody. */
  @Test
  void anotherUsersStays() throws IOException {
    Path foreign = folder("mockupaws-scratch-4194999-00000005");
    Files.setAttribute(foreign, "unix:uid", 65_534);
    assertThat(Scratch.clearAbandoned(dir)).isEmpty();
    assertThat(foreign).exists();
  }

  /** A process does not stand in its own way: locks are between processes. */
  private Process clearInAnotherProcess() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ScratchTest.class.getName(),
                dir.toString())
            .inheritIO()
            .start();
    process.onExit().join();
    return process;
  }

  public static void main(String[] arguments) {
    Scratch.clearAbandoned(Path.of(arguments[0]));
  }

  private Path folder(String name) throws IOException {
    Path folder = Files.createDirectory(dir.resolve(name));
    Files.createFile(folder.resolve("lock"));
    Files.writeString(folder.resolve("file"), "content");
    return folder;
  }

  @Test
  void aPathThatNoSocketTakesIsRefused() {
    assertThatThrownBy(() -> Scratch.place(dir.resolve("x".repeat(80)), "0123abcd"))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USAGE));
  }
}
