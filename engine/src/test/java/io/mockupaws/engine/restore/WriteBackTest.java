package io.mockupaws.engine.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteBackTest {
  @TempDir Path folder;

  /** A program that notes what it was asked, says something, and ends so. */
  private String program(String says, int status) throws IOException {
    Path program = folder.resolve("sync");
    Files.writeString(
        program,
        "#!/bin/sh\necho \"$@\" >> " + folder.resolve("asked") + "\n" + says + "\nexit " + status);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    return program.toString();
  }

  @Test
  void eachFileSystemIsAskedOnce() throws IOException {
    Path sub = Files.createDirectory(folder.resolve("sub"));
    new WriteBack(program("true", 0)).ask(List.of(folder, sub, Path.of("/proc")), () -> {});
    assertThat(folder.resolve("asked")).hasContent("-f " + folder + "\n-f /proc\n");
  }

  @Test
  void whatCouldNotBeWrittenBackEndsTheRestore() throws IOException {
    String failing = program("echo \"sync: error syncing '/x': Input/output error\" >&2", 1);
    assertThatThrownBy(() -> new WriteBack(failing).ask(List.of(folder), () -> {}))
        .isInstanceOfSatisfying(
            Failure.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.LOCAL_FILE);
              assertThat(e.what()).contains("Input/output error");
            });
  }

  @Test
  void itIsNotWaitedForLongerThanSomebodyWantsToWait() throws IOException {
    String hanging = program("exec sleep 600", 0);
    AtomicInteger asked = new AtomicInteger();
    Failure stop = new Failure(ErrorCode.RESTORE_INTERRUPTED, "stopped", "again");
    assertThatThrownBy(
            () ->
                new WriteBack(hanging)
                    .ask(
                        List.of(folder),
                        () -> {
                          if (asked.incrementAndGet() == 3) {
                            throw stop;
                          }
                        }))
        .isSameAs(stop);
  }

  /** The forces that follow do all the work. */
  @Test
  void aProgramThatIsNotThereOrKnowsNoSuchOptionIsNoObstacle() throws IOException {
    new WriteBack(folder.resolve("none").toString()).ask(List.of(folder), () -> {});
    new WriteBack(program("echo \"sync: invalid option -- 'f'\" >&2", 1))
        .ask(List.of(folder), () -> {});
    new WriteBack("sync").ask(List.of(folder), () -> {});
    assertThat(folder.resolve("asked")).exists();
  }
}
