package io.mockupaws.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.it.support.Outcome;
import io.mockupaws.it.support.Program;
import io.mockupaws.it.support.RunningProgram;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The whole main job, as a newcomer sees it. */
class DemoIT {

  private static final Duration PROMISED = Duration.ofSeconds(90);

  @ParameterizedTest
  @CsvSource({"18, directory, root", "15, s3, root", "17, s3, nobody", "16, directory, nobody"})
  void proves(int postgres, String store, String user) {
    try (Program program = Program.as(HostUser.named(user).orElseThrow(), Path.of("/usr/bin"))) {
      Outcome outcome =
          store.equals("s3")
              ? program.run("demo", "--postgres", Integer.toString(postgres), "--s3")
              : program.run("demo", "--postgres", Integer.toString(postgres));

      assertThat(outcome.status()).as(outcome.told()).isZero();
      JsonNode json = outcome.json();
      assertThat(json.path("proven").booleanValue()).isTrue();
      assertThat(json.path("postgres").intValue()).isEqualTo(postgres);
      assertThat(json.path("store").stringValue()).isEqualTo(store);
      assertThat(json.path("rowsExpected").longValue()).isGreaterThan(250_000);
      assertThat(json.path("rowsLost").longValue()).isZero();
      assertThat(json.path("rowsBeyondTarget").longValue()).isZero();
      // no measure of speed: a tail that came only with its segment would be behind by far more
      assertThat(json.path("rpoMillis").longValue()).isBetween(0L, 5_000L);
      assertThat(json.path("rtoMillis").longValue()).isBetween(100L, PROMISED.toMillis());
      assertThat(json.path("backupBytes").longValue()).isPositive();
      assertThat(json.path("repositoryBytes").longValue())
          .isGreaterThan(json.path("backupBytes").longValue());
      assertThat(program.leftovers()).noneMatch(path -> path.startsWith("mockupaws-demo-"));
    }
  }

  /** Ctrl-C in the middle: processes, servers and files are gone. */
  @Test
  void cleansUpWhenItIsStopped() {
    try (Program program = Program.as(HostUser.current(), Path.of("/usr/bin"))) {
      RunningProgram demo = program.start("demo");
      await()
          .atMost(Program.patience())
          .until(() -> demo.messages().contains("$ mockupaws backup") || !demo.isRunning());
      List<ProcessHandle> children =
          ProcessHandle.of(demo.pid()).orElseThrow().descendants().toList();
      assertThat(children).as(demo.messages()).hasSizeGreaterThan(3);

      Outcome outcome = demo.stop();

      assertThat(outcome.status()).isNotZero();
      await()
          .atMost(Program.patience())
          .until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
      assertThat(program.leftovers()).noneMatch(path -> path.startsWith("mockupaws-demo-"));
    }
  }
}
