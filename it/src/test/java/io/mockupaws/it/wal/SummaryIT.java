package io.mockupaws.it.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.pg.ControlFile;
import io.mockupaws.core.pg.Fork;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.RelationPath;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.summary.Summary;
import io.mockupaws.core.summary.SummaryBuilder;
import io.mockupaws.core.summary.SummaryBytes;
import io.mockupaws.core.wal.WalChanges;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.EmbeddedPostgresBuilder;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.it.support.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A summary of changes says no less than the files themselves, compared byte by byte, and no less
 * than the server's own summaries; and hardly more than these.
 */
class SummaryIT {
  private static final int BLOCK_SIZE = 8192;
  private static final int BLOCKS_A_FILE = 131_072;
  private static final int PAGE_HEADER = 24;
  private static final byte[] ZEROS = new byte[BLOCK_SIZE];

  @EveryVersion
  void saysEveryBlockThatChanged(int major) throws Exception {
    try (EmbeddedPostgres server = server(major).start()) {
      prepare(server);
      Lsn start = redo(server);
      Map<String, byte[]> before = files(server);
      change(server);
      server.run("CHECKPOINT");
      Lsn end = redo(server);
      Map<String, byte[]> after = files(server);

      ToldForks told = new ToldForks();
      Summary summary = summary(server, start, end, told);

      Map<Fork, Integer> changed = compare(summary, before, after);
      assertThat(changed.get(Fork.MAIN)).isGreaterThan(1000);
      assertThat(changed.get(Fork.VISIBILITY)).isGreaterThan(10);
      if (major >= 17) {
        awaitSummaries(server, end);
        try (Sql sql = server.sql("postgres")) {
          ServerSummary.read(sql, start, end).compare(summary, told);
        }
      }
    }
  }

  private static EmbeddedPostgresBuilder server(int major) {
    EmbeddedPostgresBuilder builder = Workload.server(major, 4).setting("autovacuum", "off");
    return major >= 17 ? builder.setting("summarize_wal", "on") : builder;
  }

  /** Tables whose pages are all visible and frozen, one for each way to take that back. */
  private static void prepare(EmbeddedPostgres server) {
    server.run("CREATE DATABASE logged");
    try (Sql sql = server.sql("logged")) {
      sql.run("CREATE TABLE dropped AS SELECT generate_series(1, 5000) i");
    }
    for (String name : List.of("inserted", "copied", "deleted", "updated", "locked", "cut")) {
      server.run(
          "CREATE TABLE still_" + name + " (a int, b text) WITH (fillfactor = 80)",
          "INSERT INTO still_" + name + " SELECT i, md5(i::text) FROM generate_series(1, 5000) i",
          "VACUUM (FREEZE) still_" + name);
    }
    server.run("CHECKPOINT");
  }

  private static void change(EmbeddedPostgres server) {
    try (Sql sql = server.sql("logged")) {
      sql.run("UPDATE dropped SET i = -i WHERE i < 100");
    }
    server.run("CREATE DATABASE young STRATEGY wal_log");
    try (Sql sql = server.sql("young")) {
      sql.run("CREATE TABLE made AS SELECT generate_series(1, 5000) i");
    }
    server.run(
        "INSERT INTO still_inserted VALUES (0, 'one')",
        "COPY still_copied (a) FROM PROGRAM 'seq 1 50'",
        "DELETE FROM still_deleted WHERE a = 77",
        "UPDATE still_updated SET b = 'short' WHERE a = 77",
        "UPDATE still_updated SET b = repeat('x', 5000) WHERE a = 4000",
        "SELECT * FROM still_locked WHERE a = 77 FOR UPDATE",
        "DELETE FROM still_cut WHERE a > 3000",
        "VACUUM (TRUNCATE) still_cut");
    EveryKind.write(server);
    server.run(
        "CREATE DATABASE copied STRATEGY file_copy",
        "BEGIN; CREATE TABLE never (a int); INSERT INTO never VALUES (1); ROLLBACK");
  }

  private static Lsn redo(EmbeddedPostgres server) throws IOException {
    return ControlFile.parse(
            Files.readAllBytes(server.dataDirectory().resolve("global/pg_control")))
        .lastCheckpoint()
        .redo();
  }

  private static Map<String, byte[]> files(EmbeddedPostgres server) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    for (String folder : List.of("base", "global")) {
      for (Path file : Tree.files(server.dataDirectory().resolve(folder))) {
        String path = server.dataDirectory().relativize(file).toString();
        if (RelationPath.parse(path).filter(found -> !found.isTemporary()).isPresent()) {
          files.put(path, Files.readAllBytes(file));
        }
      }
    }
    return files;
  }

  /** One for each segment, written and read again, and added up. */
  private static Summary summary(EmbeddedPostgres server, Lsn start, Lsn end, ToldForks told)
      throws IOException {
    Map<Lsn, SummaryBuilder> segments = new TreeMap<>();
    int segmentSize = WalRows.segmentSize(server.dataDirectory());
    WalChanges forks = new WalChanges(told, BLOCK_SIZE);
    WalRows.read(
        server.dataDirectory(),
        new Timeline(1),
        record -> {
          if (!record.start().isBefore(start) && record.start().isBefore(end)) {
            SummaryBuilder builder =
                segments.computeIfAbsent(
                    record.end().segmentStart(segmentSize), at -> new SummaryBuilder());
            new WalChanges(builder, BLOCK_SIZE).record(record);
            forks.record(record);
          }
        });
    assertThat(segments).hasSizeGreaterThan(3);
    List<Summary> read = new ArrayList<>();
    for (SummaryBuilder builder : segments.values()) {
      read.add(SummaryBytes.read(SummaryBytes.of(builder.summary())));
    }
    return Summary.sum(read);
  }

  /** How many blocks of each fork differ; each of them must be in the summary. */
  private static Map<Fork, Integer> compare(
      Summary summary, Map<String, byte[]> before, Map<String, byte[]> after) {
    Map<Fork, Integer> changed = new EnumMap<>(Fork.class);
    List<String> missing = new ArrayList<>();
    after.forEach(
        (path, content) -> {
          RelationPath relation = RelationPath.parse(path).orElseThrow();
          if (relation.fork() == Fork.FREE_SPACE) {
            return;
          }
          byte[] old = before.getOrDefault(path, new byte[0]);
          for (int at = 0; at < content.length; at += BLOCK_SIZE) {
            byte[] page = Arrays.copyOfRange(content, at, at + BLOCK_SIZE);
            boolean differs =
                at < old.length
                    ? !Arrays.equals(page, Arrays.copyOfRange(old, at, at + BLOCK_SIZE))
                    : !isEmpty(page, relation.fork());
            if (differs) {
              long block = relation.firstBlock(BLOCKS_A_FILE) + at / BLOCK_SIZE;
              changed.merge(relation.fork(), 1, Integer::sum);
              if (!summary.changes(relation.relation(), relation.fork()).contains(block)) {
                missing.add(path + " block " + block);
              }
            }
          }
        });
    assertThat(missing).isEmpty();
    return changed;
  }

  /**
   * Whether a page that is new says nothing. Up to 15 the server writes the first page of a map
   * without WAL ({@code vm_extend}); whoever reads blocks must read those that are new anyway.
   */
  private static boolean isEmpty(byte[] page, Fork fork) {
    int from = fork == Fork.VISIBILITY ? PAGE_HEADER : 0;
    return Arrays.equals(page, from, BLOCK_SIZE, ZEROS, from, BLOCK_SIZE);
  }

  private static void awaitSummaries(EmbeddedPostgres server, Lsn end) {
    try (Sql sql = server.sql("postgres")) {
      await()
          .atMost(Duration.ofSeconds(90))
          .until(
              () ->
                  sql.value(
                          "SELECT coalesce(max(end_lsn), '0/0') >= '%s'".formatted(end)
                              + " FROM pg_available_wal_summaries()")
                      .equals("t"));
    }
  }
}
