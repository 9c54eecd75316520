package io.mockupaws.app.main;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ctrl-C, sent to a real process. */
@Timeout(60)
class EndingTest {
  private static Process start(String sort) throws IOException {
    return new ProcessBuilder(
            // A shell in the background hands on that SIGINT is ignored.
            "env",
            "--default-signal=INT",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            StuckCommand.class.getName(),
            sort)
        .redirectErrorStream(true)
        .start();
  }

  private static void interrupt(Process process) throws IOException, InterruptedException {
    new ProcessBuilder(List.of("kill", "-INT", String.valueOf(process.pid()))).start().waitFor();
  }

  private static int status(Process process) throws InterruptedException {
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("it ends").isTrue();
    return process.exitValue();
  }

  @Test
  void theFirstCtrlCAsksAndTheSecondEndsAtOnce() throws IOException, InterruptedException {
    Process process = start("watched");
    try (BufferedReader out = process.inputReader()) {
      assertThat(out.readLine()).isEqualTo("begun");
      interrupt(process);
      assertThat(out.readLine()).contains("Ctrl-C again ends it at once");
      assertThat(out.readLine()).isEqualTo("asked");
      assertThat(process.isAlive()).isTrue();
      interrupt(process);
      assertThat(status(process)).isEqualTo(130);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void whatLeavesNothingBehindJustEnds() throws IOException, InterruptedException {
    Process process = start("unwatched");
    try (BufferedReader out = process.inputReader()) {
      assertThat(out.readLine()).isEqualTo("begun");
      interrupt(process);
      assertThat(status(process)).isEqualTo(130);
      assertThat(out.readLine()).isNull();
    } finally {
      process.destroyForcibly();
    }
  }
}
