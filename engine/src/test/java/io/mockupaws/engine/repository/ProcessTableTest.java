package io.mockupaws.engine.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether a holder is gone, by a process file system of the test's own. */
class ProcessTableTest {
  private static final long TICKS = 4_711;

  @TempDir private Path proc;
  private LeaseHolder holder = new LeaseHolder("here", "", 42, TICKS);

  @BeforeEach
  void bootOnce() throws IOException {
    Files.createDirectories(proc.resolve("sys/kernel/random"));
    Files.writeString(proc.resolve("sys/kernel/random/boot_id"), "a-boot\n");
    Files.createDirectories(proc.resolve("self/ns"));
    Files.createSymbolicLink(proc.resolve("self/ns/pid"), Path.of("pid:[1]"));
    holder = new LeaseHolder("here", "a-boot pid:[1]", 42, TICKS);
    show(1, "systemd", 3);
  }

  private ProcessTable processes() {
    return new ProcessTable(proc);
  }

  private void show(long pid, String command, long started) throws IOException {
    Path folder = Files.createDirectories(proc.resolve(Long.toString(pid)));
    String stat =
        pid
            + " ("
            + command
            + ") S 1 42 42 0 -1 4194560 9 0 0 0 7 8 0 0 20 0 30 0 "
            + started
            + " 5555 666 18446744073709551615 1 1 0 0\n";
    Files.write(folder.resolve("stat"), stat.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void theSameStartIsTheSameProcess() throws IOException {
    show(42, "java", TICKS);
    assertThat(holder.isGone(processes())).isFalse();
  }

  @Test
  void anyNameOfACommandIsPassedOver() throws IOException {
    show(42, "a) S 1 2 (b c\u00ff) ) 7", TICKS);
    assertThat(processes().started(42)).hasValue(TICKS);
    assertThat(holder.isGone(processes())).isFalse();
  }

  @Test
  void anotherStartIsAnotherProcess() throws IOException {
    show(42, "java", TICKS + 1);
    assertThat(holder.isGone(processes())).isTrue();
  }

  @Test
  void aProcessThatIsNotThereIsGone() {
    assertThat(holder.isGone(processes())).isTrue();
  }

  @Test
  void aProcessThatMayBeHiddenIsNotGone() throws IOException {
    Files.delete(proc.resolve("1/stat"));
    assertThat(holder.isGone(processes())).isFalse();
  }

  @Test
  void whereNothingIsToldNobodyIsGone() throws IOException {
    Files.delete(proc.resolve("sys/kernel/random/boot_id"));
    assertThat(holder.isGone(processes())).isFalse();
    assertThat(new LeaseHolder("here", "", 42, TICKS).isGone(processes())).isFalse();
  }

  @Test
  void whereAStartIsNotKnownNobodyIsGone() throws IOException {
    show(42, "java", TICKS);
    assertThat(new LeaseHolder("here", "a-boot pid:[1]", 42, -1).isGone(processes())).isFalse();
    Files.writeString(proc.resolve("42/stat"), "42 (java");
    assertThat(processes().started(42)).isEmpty();
  }

  /** As the kernel has it, not as a clock that may be set makes it. */
  @Test
  void thisProcessIsFoundAgain() throws IOException {
    LeaseHolder self = LeaseHolder.self();
    assertThat(self.isGone()).isFalse();
    String stat = Files.readString(Path.of("/proc/self/stat"));
    assertThat(stat.substring(stat.lastIndexOf(')')).split(" ", -1)[20])
        .isEqualTo(Long.toString(self.started()));
  }
}
