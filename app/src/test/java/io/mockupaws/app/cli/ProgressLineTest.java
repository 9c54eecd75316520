package io.mockupaws.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  private static final long MIB = 1L << 20;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private Instant now = Instant.parse("2026-04-07T12:00:00Z");

  @Test
  void withoutATerminalALineEveryTenSeconds() {
    try (ProgressLine progress = new ProgressLine(err, Terminal.none(), () -> now)) {
      progress.phase("reading files");
      for (int second = 1; second <= 25; second++) {
        now = now.plusSeconds(1);
        progress.bytes(4L * second * MIB, OptionalLong.of(200 * MIB));
      }
    }
    assertThat(text())
        .isEqualTo(
            """
            reading files: 20 %, 40.0 MiB of 200 MiB, 4.0 MiB/s, 40 s left
            reading files: 40 %, 80.0 MiB of 200 MiB, 4.0 MiB/s, 30 s left
            """);
  }

  @Test
  void onATerminalOneLineIsRewrittenAndLeftEmpty() {
    try (ProgressLine progress = new ProgressLine(err, new Terminal(true, true, 40), () -> now)) {
      progress.phase("reading files");
      now = now.plusMillis(100);
      progress.bytes(MIB, OptionalLong.of(200 * MIB));
      now = now.plusMillis(900);
      progress.bytes(100 * MIB, OptionalLong.of(200 * MIB));
    }
    assertThat(text().split("\r\u001b\\[K", -1))
        .containsExactly("", "reading files ...", "reading files: 50 %, 100 MiB of 200 Mi…", "");
  }

  @Test
  void anUnknownTotalShowsTheRate() {
    try (ProgressLine progress = new ProgressLine(err, Terminal.none(), () -> now)) {
      progress.phase("streaming");
      now = now.plusSeconds(10);
      progress.bytes(10 * MIB, OptionalLong.empty());
    }
    assertThat(text()).isEqualTo("streaming: 10.0 MiB, 1.0 MiB/s\n");
  }

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
