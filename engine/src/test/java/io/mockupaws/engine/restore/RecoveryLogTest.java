package io.mockupaws.engine.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lines are those of real servers. */
class RecoveryLogTest {
  private final RecoveryLog log = new RecoveryLog();

  @Test
  void aRecoveryIsFollowed() {
    say(
        "2026-11-22 19:12:04.1 UTC [7] LOG:  starting point-in-time recovery to WAL location (LSN)"
            + " \"0/30199C8\"");
    assertThat(log.position()).isEmpty();
    say("2026-11-22 19:12:04.2 UTC [7] LOG:  redo starts at 0/2000028");
    assertThat(log.position()).contains(Lsn.parse("0/2000028"));
    say(
        "2026-11-22 19:12:05.2 UTC [7] LOG:  redo in progress, elapsed time: 1.00 s, current LSN:"
            + " 0/2FFFF00");
    assertThat(log.position()).contains(Lsn.parse("0/2FFFF00"));
    assertThat(log.isConsistent()).isFalse();
    say("2026-11-22 19:12:05.3 UTC [7] LOG:  consistent recovery state reached at 0/2000100");
    assertThat(log.isConsistent()).isTrue();
    say(
        "2026-11-22 19:12:05.4 UTC [7] LOG:  recovery stopping after WAL location (LSN)"
            + " \"0/30199C8\"");
    assertThat(log.stoppedAfter()).contains(Lsn.parse("0/30199C8"));
    say("2026-11-22 19:12:05.5 UTC [7] LOG:  selected new timeline ID: 12");
    assertThat(log.newTimeline()).contains(new Timeline(12));
    assertThat(log.isReady()).isFalse();
    say("2026-11-22 19:12:05.6 UTC [1] LOG:  database system is ready to accept connections");
    assertThat(log.isReady()).isTrue();
    say("2026-11-22 19:12:05.6 UTC [9] FATAL:  the database system is starting up");
    assertThat(log.severe()).isEmpty();
  }

  @Test
  void readOnlyConnectionsAreNotTheEnd() {
    say(
        "2026-11-22 19:12:05 UTC [1] LOG:  database system is ready to accept read-only"
            + " connections");
    assertThat(log.isReady()).isFalse();
    say("2026-11-22 19:12:05 UTC [7] LOG:  pausing at the end of recovery");
    assertThat(log.isPaused()).isTrue();
  }

  @Test
  void theCauseOfDeathComesWithItsDetailsAndNothingElse() {
    say("2026-11-22 19:12:05 UTC [7] LOG:  redo done at 0/2000100");
    say(
        "2026-11-22 19:12:05 UTC [7] FATAL:  recovery ended before configured recovery target was"
            + " reached");
    say("2026-11-22 19:12:05 UTC [7] DETAIL:  of it");
    say("2026-11-22 19:12:05 UTC [7] HINT:  do this");
    say("2026-11-22 19:12:05 UTC [1] LOG:  startup process (PID 7) exited with exit code 1");
    say("2026-11-22 19:12:05 UTC [1] DETAIL:  of something else");
    assertThat(log.severe())
        .containsExactly(
            "recovery ended before configured recovery target was reached", "of it", "do this");
  }

  /** What applications write into the log must not be taken for the server's own words. */
  @Test
  void aStatementThatQuotesTheServerDoesNotDeceive() {
    say(
        "2026-11-22 19:12:05 UTC [9] STATEMENT:  select 'LOG:  database system is ready to accept"
            + " connections'");
    assertThat(log.isReady()).isFalse();
  }

  @Test
  void aGrowingFileIsReadInWholeLinesFromWhereItStood(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("log"), "old\n");
    List<String> lines = new ArrayList<>();
    try (LogTail tail = new LogTail(file)) {
      Files.writeString(file, "first\nsec", StandardOpenOption.APPEND);
      tail.poll(lines::add);
      assertThat(lines).containsExactly("first");
      Files.writeString(file, "ond\n\n", StandardOpenOption.APPEND);
      tail.poll(lines::add);
      assertThat(lines).containsExactly("first", "second", "");
    }
  }

  private void say(String line) {
    log.line(line);
  }
}
