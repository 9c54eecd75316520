package io.mockupaws.it.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.core.wal.RecordSpan;
import io.mockupaws.core.wal.WalEdit;
import io.mockupaws.core.wal.WalEvent;
import io.mockupaws.core.wal.WalSink;
import io.mockupaws.core.wal.WalWalk;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.PostgresFailure;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.EveryVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Replay of edited WAL beside the live tablespace: all inside the data directory, all rows there.
 */
class TablespaceEditIT {
  private static final Timeline FIRST = new Timeline(1);

  @EveryVersion
  void replayStaysInsideItsDirectory(int major) throws Exception {
    try (EmbeddedPostgres server =
        Workload.server(major, 1).setting("restore_command", "/bin/false").start()) {
      server.stop();
      Path data = server.dataDirectory();
      Path older = data.resolveSibling("older");
      copy(server, data, older);
      server.start();
      Path kept = place(server, "kept");
      Path dropped = place(server, "dropped");
      workload(server, kept, dropped);
      server.stop();
      Map<String, Long> liveBefore = files(kept);

      copyWal(server, data, older);
      assertThat(empty(older)).containsExactly(kept.toString(), dropped.toString());
      Path live = data.resolveSibling("live");
      Files.move(data, live);
      Files.move(older, data);
      server.user().own(Files.createFile(data.resolve("recovery.signal")));
      server.start();
      Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> promoted(server));

      try (Sql sql = server.sql("postgres")) {
        assertThat(sql.number("SELECT sum(a) FROM far")).isEqualTo(500500);
        String oid = sql.value("SELECT oid FROM pg_tablespace WHERE spcname = 'kept'");
        assertThat(Files.isDirectory(data.resolve("pg_tblspc/" + oid), LinkOption.NOFOLLOW_LINKS))
            .isTrue();
        assertThat(sql.value("SELECT pg_tablespace_location(" + oid + ")"))
            .isEqualTo("pg_tblspc/" + oid);
        assertThat(sql.column("SELECT spcname FROM pg_tablespace")).doesNotContain("dropped");
        sql.run("INSERT INTO far SELECT generate_series(1, 1000)", "CHECKPOINT");
        try (Stream<Path> all = Files.list(data.resolve("pg_tblspc"))) {
          assertThat(all.map(path -> path.getFileName().toString())).containsExactly(oid);
        }
      }
      aLaterRecoveryNeedsTheSetting(server);
      try (Sql sql = server.sql("postgres")) {
        String oid = sql.value("SELECT oid FROM pg_tablespace WHERE spcname = 'kept'");
        assertThat(sql.number("SELECT sum(a) FROM far")).isEqualTo(2 * 500500);
        sql.run("DROP TABLE far", "DROP TABLESPACE kept");
        assertThat(data.resolve("pg_tblspc/" + oid)).doesNotExist();
      }
      assertThat(files(kept)).isEqualTo(liveBefore);
      FileTrees.delete(live);
    }
  }

  /** Directories that are there when a recovery becomes consistent end it without the setting. */
  private static void aLaterRecoveryNeedsTheSetting(EmbeddedPostgres server) throws IOException {
    Path data = server.dataDirectory();
    server.stop();
    server.user().own(Files.createFile(data.resolve("recovery.signal")));
    assertThatThrownBy(server::start)
        .isInstanceOf(PostgresFailure.class)
        .hasMessageContaining("PANIC:  unexpected directory entry");
    Files.writeString(
        data.resolve("postgresql.auto.conf"),
        "allow_in_place_tablespaces = on\n",
        StandardOpenOption.APPEND);
    server.start();
    Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> promoted(server));
  }

  private static void workload(EmbeddedPostgres server, Path kept, Path dropped) {
    server.run(
        "CREATE TABLESPACE kept LOCATION '" + kept + "'",
        "CREATE TABLE far (a int) TABLESPACE kept",
        "INSERT INTO far SELECT generate_series(1, 1000)",
        "CREATE TABLESPACE dropped LOCATION '" + dropped + "'",
        "CREATE TABLE gone TABLESPACE dropped AS SELECT 1",
        "CHECKPOINT",
        "DROP TABLE gone",
        "DROP TABLESPACE dropped");
  }

  private static Path place(EmbeddedPostgres server, String name) throws IOException {
    Path place = Files.createDirectory(server.dataDirectory().resolveSibling(name));
    server.user().own(place);
    return place;
  }

  /** Empties every path in the WAL of a directory and gives those that were there. */
  private static List<String> empty(Path data) throws IOException {
    int segmentSize = WalRows.segmentSize(data);
    List<RecordSpan> spans = new ArrayList<>();
    WalSink sink =
        record ->
            WalEvent.of(record)
                .filter(WalEvent.TablespaceCreate.class::isInstance)
                .ifPresent(create -> spans.add(record.span()));
    List<SegmentName> names = WalRows.segments(data, FIRST);
    WalWalk walk = new WalWalk(segmentSize, FIRST, names.getFirst().start(), sink);
    for (SegmentName name : names) {
      walk.feed(ByteBuffer.wrap(Files.readAllBytes(data.resolve("pg_wal/" + name))));
    }
    WalEdit edit =
        new WalEdit(
            segmentSize,
            (Lsn start) ->
                data.resolve("pg_wal/" + SegmentName.containing(FIRST, start, segmentSize)));
    List<String> found = new ArrayList<>();
    for (RecordSpan span : spans) {
      found.add(edit.emptyTablespacePath(span).path());
    }
    return found;
  }

  private static void copyWal(EmbeddedPostgres server, Path from, Path to) throws IOException {
    FileTrees.delete(to.resolve("pg_wal"));
    copy(server, from.resolve("pg_wal"), to.resolve("pg_wal"));
  }

  private static void copy(EmbeddedPostgres server, Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      all.forEach(
          path -> {
            try {
              Path copied = to.resolve(from.relativize(path).toString());
              Files.copy(path, copied);
              Files.setPosixFilePermissions(copied, Files.getPosixFilePermissions(path));
              server.user().own(copied);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }

  /** Every file with the time of its last change. */
  private static Map<String, Long> files(Path folder) throws IOException {
    Map<String, Long> found = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.toList()) {
        found.put(path.toString(), Files.getLastModifiedTime(path).toMillis());
      }
    }
    return found;
  }

  private static boolean promoted(EmbeddedPostgres server) {
    try (Sql sql = server.sql("postgres")) {
      return sql.value("SELECT pg_is_in_recovery()").equals("f");
    }
  }
}
