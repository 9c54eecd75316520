package io.mockupaws.it.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.demo.postgres.StartedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The operator's guide is run as it stands, block by block, by a bash, against one server. */
class GuideIT {
  private static final String NOT_RUN = "# not run: ";
  private static final String SERVICE = "# runs until it is stopped";
  private static final String NOT_KEPT = "# ends with status 3: ";
  private static final String EXAMPLES = "# each line is an example; the test adds --dry-run";

  private static final Path GUIDE = Path.of("..", "docs", "guide");
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Pattern EVENT = Pattern.compile("event\\s+([0-9]+-\\S+)");
  private static final Pattern CHAPTER = Pattern.compile("(?m)^[0-9]+\\. \\[[^]]+]\\(([^)]+)\\)");

  private Optional<Terminal.Service> stream = Optional.empty();

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
          begin(server, terminal, block.script());
          run++;
        } else {
          run(terminal, block);
          run++;
        }
      }
      stop(stream());
    }
    assertThat(run).isGreaterThanOrEqualTo(20);
    assertThat(told).isBetween(5, run);
  }

  /** What has happened before a chapter is opened. */
  private void between(EmbeddedPostgres server, Terminal terminal, Path last, Path next)
      throws IOException {
    if (next.endsWith("history.md")) {
      terminal.clearRecovered();
      lose(server, terminal);
    }
    if (last.endsWith("history.md")) {
      assertThat(customers(terminal, server)).as("just before it was dropped").isEqualTo(1500);
    }
    if (next.endsWith("over-what-is-there.md")) {
      terminal.crash();
    }
    if (last.endsWith("one-database.md")) {
      assertThat(rows(server, "shop_yesterday")).containsExactly("1");
      assertThat(rows(server, "shop")).as("it took the live one's place").containsExactly("1");
    }
    if (next.endsWith("timelines.md")) {
      terminal.replace("127.0.0.1:5433", "127.0.0.1:" + port(terminal));
    }
    if (last.endsWith("timelines.md")) {
      terminal.run("export DATABASE_URL=postgresql://backup:PASSWORD@127.0.0.1:5432/shop");
    }
    if (last.endsWith("stores.md")) {
      terminal.run("export BACKUP_REPOSITORY=file:///mnt/backups/shop");
    }
    if (next.endsWith("archive.md")) {
      terminal.clearRecovered();
      stop(stream());
      archive(server, terminal);
    }
    if (last.endsWith("archive.md")) {
      try (Sql sql = recovered(server, terminal)) {
        assertThat(sql.column("SELECT id FROM orders ORDER BY id"))
            .as("from the archive")
            .containsExactly("1", "3");
      }
      stream = Optional.of(terminal.begin("mockupaws stream"));
      awaitStreaming(server.login());
    }
  }

  /** The first is the stream that goes on; the other one is the copy's. */
  private void begin(EmbeddedPostgres server, Terminal terminal, String script) {
    Terminal.Service service = terminal.begin(script);
    if (stream.isEmpty()) {
      stream = Optional.of(service);
      awaitStreaming(server.login());
      terminal.behindFirstBackup(() -> orders(server, terminal));
    } else {
      awaitStreaming(server.login().at(port(terminal)));
      stop(service);
    }
  }

  private Terminal.Service stream() {
    return stream.orElseThrow();
  }

  private static void stop(Terminal.Service service) {
    assertThat(service.isRunning()).as(service.said()).isTrue();
    assertThat(service.stop()).as(service.said()).isZero();
  }

  private static int port(Terminal terminal) {
    return StartedServer.port(terminal.recovered()).orElseThrow();
  }

  private static Sql recovered(EmbeddedPostgres server, Terminal terminal) {
    return server.login().at(port(terminal)).sql("shop");
  }

  /** Somebody drops a table; its event is the example's. */
  private static void lose(EmbeddedPostgres server, Terminal terminal) {
    try (Sql sql = server.sql("shop")) {
      sql.run("CREATE TABLE customers AS SELECT generate_series(1, 1500)", "DROP TABLE customers");
      awaitFlushed(sql);
    }
    Terminal.Ended told = terminal.run("mockupaws history --kind dropped --table public.customers");
    Matcher event = EVENT.matcher(told.said());
    assertThat(event.find()).as(told.said()).isTrue();
    terminal.replace("1-0/50214C8-1", event.group(1));
  }

  private static long customers(Terminal terminal, EmbeddedPostgres server) {
    try (Sql sql = recovered(server, terminal)) {
      return sql.number("SELECT count(*) FROM customers");
    }
  }

  /** What {@code archive_command} would have sent; the last segments are in nothing else. */
  private static void archive(EmbeddedPostgres server, Terminal terminal) throws IOException {
    List<Path> files = new ArrayList<>();
    try (Sql sql = server.sql("shop")) {
      sql.run("INSERT INTO orders VALUES (3)");
      String last = sql.value("SELECT pg_walfile_name(pg_switch_wal())");
      sql.column(
              "SELECT name FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$' AND name <= '%s'"
                  .formatted(last))
          .forEach(name -> files.add(server.dataDirectory().resolve("pg_wal").resolve(name)));
    }
    terminal.archive(files, "bucket", "/wal");
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

  private static void awaitStreaming(ServerLogin login) {
    try (Sql sql = login.sql("shop")) {
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  sql.number("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'")
                      == 1);
    }
  }

  private static void awaitFlushed(Sql sql) {
    String end = sql.value("SELECT pg_current_wal_insert_lsn()");
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                sql.value(
                        "SELECT coalesce(max(flush_lsn) >= '%s', false) FROM pg_stat_replication"
                            .formatted(end))
                    .equals("t"));
  }

  /** What the guide's examples name, once WAL flows and the first backup was taken. */
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
      terminal.replace("2026-11-22 20:32:30 Europe/Berlin", berlin + " Europe/Berlin");
      terminal.replace("2026-11-22 20:32:30+01", shifted + "+01");
      terminal.replace("2026-11-22 19:32:30", time);
      terminal.replace("48211", xid);
      terminal.replace("0/401CA80", lsn);
      awaitFlushed(sql);
    }
  }
}
