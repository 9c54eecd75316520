package io.mockupaws.it.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The operator's guide is run as it stands, block by block, by a bash, against one server. */
class GuideIT {
  private static final String NOT_RUN = "# not run: ";
  private static final String SERVICE = "# runs until it is stopped";
  private static final String NOT_KEPT = "# ends with status 3: ";
  private static final String EXAMPLES = "# each line is an example; the test adds --dry-run";

  private static final Path GUIDE = Path.of("..", "docs", "guide");
  private static final Pattern CHAPTER = Pattern.compile("(?m)^[0-9]+\\. \\[[^]]+]\\(([^)]+)\\)");

  /** A block of shell commands. */
  private record Block(Path chapter, int line, List<String> commands) {
    boolean begins(String words) {
      return commands.getFirst().startsWith(words);
    }

    String script() {
      return String.join("\n", commands);
    }
  }

  /** The blocks of all chapters, in the order of the index. */
  private static List<Block> blocks() throws IOException {
    List<Block> blocks = new ArrayList<>();
    for (MatchResult chapter :
        CHAPTER.matcher(Files.readString(GUIDE.resolve("README.md"))).results().toList()) {
      blocks.addAll(blocks(Path.of(chapter.group(1))));
    }
    return blocks;
  }

  private static List<Block> blocks(Path chapter) throws IOException {
    List<Block> blocks = new ArrayList<>();
    List<String> lines = Files.readAllLines(GUIDE.resolve(chapter));
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).equals("```sh")) {
        int end = i + lines.subList(i, lines.size()).indexOf("```");
        blocks.add(new Block(chapter, i + 1, lines.subList(i + 1, end)));
        i = end;
      }
    }
    return blocks;
  }

  @Test
  void everyBlockRunsInItsOrder() throws IOException {
    int run = 0;
    int told = 0;
    try (EmbeddedPostgres server = EmbeddedPostgres.builder(15).setting("timezone", "UTC").start();
        Terminal terminal = new Terminal(server)) {
      server.run(
          "CREATE DATABASE shop",
          "CREATE TABLESPACE archive LOCATION '" + terminal.folder("archive") + "'");
      Path chapter = Path.of("");
      for (Block block : blocks()) {
        if (!block.chapter().equals(chapter)) {
          between(server, terminal, chapter, block.chapter());
          chapter = block.chapter();
        }
        if (block.begins(NOT_RUN)) {
          assertThat(block.commands().getFirst().length()).isGreaterThan(NOT_RUN.length() + 8);
          told++;
        } else if (block.begins(SERVICE)) {
          terminal.begin(block.script());
          write(server, terminal);
          run++;
        } else {
          run(terminal, block);
          run++;
        }
      }
      assertThat(terminal.stop()).as(terminal.serviceSaid()).isZero();
    }
    assertThat(run).isGreaterThanOrEqualTo(20);
    assertThat(told).isBetween(5, run);
  }

  /** What has happened before a chapter is opened. */
  private static void between(EmbeddedPostgres server, Terminal terminal, Path last, Path next) {
    if (next.endsWith("over-what-is-there.md")) {
      terminal.crash();
    }
    if (last.endsWith("one-database.md")) {
      assertThat(rows(server, "shop_yesterday")).containsExactly("1");
      assertThat(rows(server, "shop")).as("it took the live one's place").containsExactly("1");
    }
    if (last.endsWith("stores.md")) {
      terminal.run("export BACKUP_REPOSITORY=file:///mnt/backups/shop");
    }
  }

  private static List<String> rows(EmbeddedPostgres server, String database) {
    try (Sql sql = server.sql(database)) {
      return sql.column("SELECT id FROM orders ORDER BY id");
    }
  }

  private static void run(Terminal terminal, Block block) {
    List<String> commands =
        block.begins(EXAMPLES)
            ? block.commands().stream()
                .map(line -> line.startsWith("mockupaws ") ? line + " --dry-run" : line)
                .toList()
            : block.commands();
    Terminal.Ended ended = terminal.run(String.join("\n", commands));
    assertThat(ended.status())
        .as("%s, line %d: %s", block.chapter(), block.line(), ended.said())
        .isEqualTo(block.begins(NOT_KEPT) ? 3 : 0);
  }

  /** What the guide's examples name, once WAL flows and the first backup can be taken. */
  private static void write(EmbeddedPostgres server, Terminal terminal) {
    try (Sql sql = server.sql("shop")) {
      await()
          .atMost(Duration.ofMinutes(2))
          .until(
              () ->
                  sql.number("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'")
                      == 1);
    }
    terminal.behindFirstBackup(() -> orders(server, terminal));
  }

  private static void orders(EmbeddedPostgres server, Terminal terminal) {
    try (Sql sql = server.sql("shop")) {
      sql.run("CREATE TABLE orders (id int)", "INSERT INTO orders VALUES (1)");
      String xid = sql.value("SELECT xmin FROM orders");
      String time = sql.value("SELECT to_char(clock_timestamp(), 'YYYY-MM-DD HH24:MI:SS.US')");
      String shifted =
          sql.value(
              "SELECT to_char(timestamp '%s' + interval '1 hour', 'YYYY-MM-DD HH24:MI:SS.US')"
                  .formatted(time));
      String berlin =
          sql.value(
              "SELECT to_char(timestamptz '%s+00' AT TIME ZONE 'Europe/Berlin', 'YYYY-MM-DD HH24:MI:SS.US')"
                  .formatted(time));
      sql.value("SELECT pg_create_restore_point('before_release')");
      String lsn = sql.value("SELECT pg_current_wal_insert_lsn()");
      sql.run("INSERT INTO orders VALUES (2)");
      String end = sql.value("SELECT pg_current_wal_insert_lsn()");
      terminal.replace("2026-11-22 20:32:30 Europe/Berlin", berlin + " Europe/Berlin");
      terminal.replace("2026-11-22 20:32:30+01", shifted + "+01");
      terminal.replace("2026-11-22 19:32:30", time);
      terminal.replace("48211", xid);
      terminal.replace("0/401CA80", lsn);
      await()
          .atMost(Duration.ofMinutes(2))
          .until(
              () ->
                  sql.value(
                          "SELECT coalesce(max(flush_lsn) >= '%s', false) FROM pg_stat_replication"
                              .formatted(end))
                      .equals("t"));
    }
  }
}
