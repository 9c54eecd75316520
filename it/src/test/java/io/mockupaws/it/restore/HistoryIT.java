package io.mockupaws.it.restore;

import static io.mockupaws.it.restore.RestoreIT.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.history.Event;
import io.mockupaws.core.history.EventKind;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.EmbeddedPostgresBuilder;
import io.mockupaws.demo.postgres.PostgresBinaries;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.history.Catalogues;
import io.mockupaws.engine.history.History;
import io.mockupaws.engine.history.HistoryReport;
import io.mockupaws.engine.history.HistoryRequest;
import io.mockupaws.engine.history.TablePattern;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.journal.TargetRequest;
import io.mockupaws.it.support.DebianCluster;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.store.Stores;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Mistakes planted in a busy server: history tells all of them by their names and nothing else as a
 * loss, and a restore to just before one has what it took.
 */
class HistoryIT {

  @EveryVersion
  void tellsEveryMistakeAndGoesBackBeforeIt(int major) {
    try (EmbeddedPostgres live = server(major).start();
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory())) {
      Mistakes mistakes = new Mistakes(live);
      mistakes.prepare();
      Catalogues names = new Catalogues(cluster.repository());
      ServerAddress address = ServerAddress.parse(live.login().url("postgres"));
      assertThat(names.keep(address)).isTrue();
      assertThat(names.keep(address)).as("the same names again").isFalse();
      mistakes.beforeTheBackup();
      BackupId first = cluster.backup().id();
      names.keepBehindBackup(address);
      mistakes.rewriteCatalogues();
      try (Busy busy = new Busy(live)) {
        mistakes.afterTheLastNames();
        mistakes.first();
        mistakes.pretend();
        mistakes.plant();
        mistakes.inANewDatabase();
        mistakes.acrossABackup(cluster::backup);
        mistakes.last();
        busy.check();
      }
      cluster.awaitDurable();
      HistoryReport report = new History(cluster.repository()).read(HistoryRequest.everything());
      assertThat(report.gaps()).isEmpty();
      assertThat(report.events()).allMatch(Event::inSight);
      assertThat(report.events().stream().filter(e -> e.kind().isLoss()).map(HistoryIT::told))
          .containsExactlyInAnyOrderElementsOf(
              mistakes.losses().stream().map(Mistakes.Loss::told).toList());
      sameContentIsNoLoss(report);
      askedForAPart(cluster, report);
      asTheServerSays(live, report, mistakes.losses());
      recovered(cluster, live, report, major);
      everyOther(cluster, live, report, mistakes.losses(), first, major);
      names.keepBehindBackup(address);
      cluster.awaitDurable();
      pastAGap(cluster, report);
    }
  }

  /** Pages in WAL are compressed by the libraries that Debian's server is built with. */
  @ParameterizedTest
  @ValueSource(strings = {"lz4", "zstd"})
  void readsPagesHoweverTheyAreCompressed(String way) {
    PostgresBinaries debian = PostgresBinaries.at(15, DebianCluster.BINARIES);
    try (EmbeddedPostgres live =
            EmbeddedPostgres.builder(debian)
                .setting("wal_level", "replica")
                .setting("wal_compression", way)
                .start();
        ProtectedCluster cluster = new ProtectedCluster(live.login(), Stores.inMemory())) {
      live.run(
          "CREATE TABLE whole AS SELECT g, 'note ' || g AS t FROM generate_series(1, 1500) g",
          "CREATE TABLE narrow (a int, b text)",
          "CREATE TABLE thin AS SELECT g, 'note ' || g AS t FROM generate_series(1, 1500) g");
      // From its checkpoint on the first change of a page brings all of it.
      cluster.backup();
      new Catalogues(cluster.repository()).keep(ServerAddress.parse(live.login().url("postgres")));
      live.run(
          "DROP TABLE whole",
          "ALTER TABLE narrow DROP COLUMN b",
          "DELETE FROM thin",
          "CREATE TABLE late AS SELECT generate_series(1, 10) AS i",
          "DROP TABLE late");
      cluster.awaitDurable();
      HistoryReport report = new History(cluster.repository()).read(HistoryRequest.everything());
      assertThat(report.events().stream().filter(e -> e.kind().isLoss()).map(HistoryIT::told))
          .containsExactlyInAnyOrder(
              "dropped postgres: public.whole",
              "column-dropped postgres: public.narrow.b",
              "deleted postgres: public.thin 1500",
              "dropped postgres: public.late");
    }
  }

  /** Compressed pages, and WAL with more in it, must tell the same. */
  private static EmbeddedPostgresBuilder server(int major) {
    return EmbeddedPostgres.builder(major)
        .setting("wal_level", major == 15 ? "replica" : "logical")
        .setting("wal_compression", major == 15 ? "pglz" : "off")
        .setting("max_prepared_transactions", "5")
        .setting("track_commit_timestamp", "on")
        .setting("wal_keep_size", "1GB");
  }

  private static String told(Event event) {
    return event.kind().word()
        + " "
        + event.subject()
        + (event.rows().isPresent() ? " " + event.rows().getAsLong() : "");
  }

  private static void sameContentIsNoLoss(HistoryReport report) {
    assertThat(
            report.events().stream()
                .filter(event -> event.kind() == EventKind.REWRITTEN)
                .map(event -> event.name().orElse("")))
        .contains(
            "sales.t2",
            "sales.m3",
            "sales.u4",
            "sales.c4",
            "sales.a4",
            "decoy.x1",
            "decoy.x2",
            "decoy.view",
            "decoy.x5");
    assertThat(
            report.events().stream()
                .filter(event -> event.kind() == EventKind.CREATED)
                .map(event -> event.name().orElse("")))
        .contains("sales.late", "late.inside")
        .doesNotContain("decoy.x7", "decoy.x8", "sales.swap", "sales.swap_old", "decoy.brief");
  }

  /** Names and targets are the same whatever is asked for, and wherever reading began. */
  private static void askedForAPart(ProtectedCluster cluster, HistoryReport all) {
    Event across = find(all, "deleted shop: sales.across 1300");
    Optional<Instant> then = Optional.of(across.time());
    Set<EventKind> deleted = Set.of(EventKind.DELETED);
    Optional<TablePattern> sales = Optional.of(new TablePattern("shop.sales.*"));
    assertThat(part(cluster, then, deleted, sales, 1)).containsExactly(across);
    long rows = HistoryRequest.DEFAULT_ROWS;
    assertThat(part(cluster, then, Set.of(), Optional.empty(), rows))
        .isEqualTo(those(all, event -> event.time().equals(across.time())));
    assertThat(part(cluster, Optional.empty(), deleted, Optional.empty(), rows))
        .isEqualTo(those(all, event -> event.kind() == EventKind.DELETED));
    assertThat(part(cluster, Optional.empty(), Set.of(), sales, rows))
        .isEqualTo(
            those(
                all,
                event ->
                    event.databaseName().filter("shop"::equals).isPresent()
                        && event.name().filter(name -> name.startsWith("sales.")).isPresent()));
  }

  private static List<Event> part(
      ProtectedCluster cluster,
      Optional<Instant> at,
      Set<EventKind> kinds,
      Optional<TablePattern> table,
      long rows) {
    return new History(cluster.repository())
        .read(new HistoryRequest(Optional.empty(), at, at, kinds, table, rows))
        .events();
  }

  private static List<Event> those(HistoryReport all, Predicate<Event> which) {
    List<Event> some = all.events().stream().filter(which).toList();
    assertThat(some).isNotEmpty().hasSizeLessThan(all.events().size());
    return some;
  }

  /**
   * The transaction that wrote the first record of a mistake is the one that is named, or one of
   * its subtransactions; its commit is where and when the server has it.
   */
  private static void asTheServerSays(
      EmbeddedPostgres live, HistoryReport report, List<Mistakes.Loss> losses) {
    try (Sql sql = live.sql("postgres")) {
      sql.run("CREATE EXTENSION pg_walinspect");
      for (Mistakes.Loss loss : losses) {
        Event event = find(report, loss.told());
        String xid = Long.toString(event.xid());
        assertThat(
                sql.value(
                    "SELECT (extract(epoch FROM pg_xact_commit_timestamp('%s')) * 1000000)::bigint"
                        .formatted(xid)))
            .as(loss.told())
            .isEqualTo(Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, event.time())));
        List<String> commit = record(sql, event.id().commit());
        assertThat(commit.get(0)).as(loss.told()).isEqualTo(event.id().commit().toString());
        assertThat(commit.get(2)).as(loss.told()).startsWith("COMMIT");
        if (commit.get(2).equals("COMMIT")) {
          assertThat(commit.get(1)).as(loss.told()).isEqualTo(xid);
        }
        String writer = record(sql, event.first()).get(1);
        // the first record that has to do with a dropped database may belong to no transaction
        boolean nobodys = event.kind() == EventKind.DATABASE_DROPPED && writer.equals("0");
        assertThat(nobodys || writer.equals(xid) || isAmong(commit.get(3), writer))
            .as("%s: %s wrote what %s is said to have done, %s", loss.told(), writer, xid, commit)
            .isTrue();
      }
    }
  }

  /** Start, transaction, type and description of the record that begins there. */
  private static List<String> record(Sql sql, Lsn at) {
    return sql.rows(
            "SELECT start_lsn, xid, record_type, description FROM pg_get_wal_record_info('%s')"
                .formatted(at))
        .getFirst();
  }

  /** Whether a commit record's description names it as a subtransaction. */
  private static boolean isAmong(String description, String xid) {
    int from = description.indexOf("subxacts:");
    return from >= 0 && List.of(description.substring(from).split("[ ;]+", -1)).contains(xid);
  }

  /** What happened in WAL that is gone is not told, and that it is gone is. */
  private static void pastAGap(ProtectedCluster cluster, HistoryReport all) {
    Lsn from = find(all, "dropped shop: sales.d1").id().commit();
    SegmentName first = SegmentName.containing(new Timeline(1), from, 16 << 20);
    String gone = "wal/00000001/" + first.fileName();
    cluster.stopStreaming();
    cluster.repository().delete(cluster.repository().key(gone));
    HistoryReport report = new History(cluster.repository()).read(HistoryRequest.everything());
    assertThat(report.gaps()).containsExactly(new HistoryReport.Gap(first.start(), first.end()));
    assertThat(report.events().stream().map(Event::id).toList())
        .isNotEmpty()
        .isSubsetOf(all.events().stream().map(Event::id).toList())
        .contains(find(all, "database-dropped gone1").id());
    assertThat(report.events().stream().filter(e -> e.kind().isLoss()).map(HistoryIT::told))
        .as("by the name in its own row")
        .contains("database-dropped gone1");
  }

  /** One copy before the first mistake has everything; others what came later took. */
  private static void recovered(
      ProtectedCluster cluster, EmbeddedPostgres live, HistoryReport report, int major) {
    if (major == 15) {
      before(cluster, live, find(report, "dropped shop: sales.d1"), "shop", "sales.d1", 1500);
    } else {
      Event across = find(report, "deleted shop: sales.across 1300");
      before(cluster, live, across, "shop", "sales.across", 1500);
    }
    before(cluster, live, find(report, "database-dropped gone1"), "gone1", "kept", 77);
  }

  /**
   * A quarter of all losses on each version, together all of them: the record to which the plan of
   * a restore leads is the last that PostgreSQL replays, and then the rows in question are there.
   */
  private static void everyOther(
      ProtectedCluster cluster,
      EmbeddedPostgres live,
      HistoryReport report,
      List<Mistakes.Loss> losses,
      BackupId first,
      int major) {
    List<Mistakes.Loss> mine =
        IntStream.range(0, losses.size())
            .filter(i -> i % 4 == major % 4)
            .mapToObj(losses::get)
            .sorted(Comparator.comparing(loss -> find(report, loss.told()).first()))
            .toList();
    Journal journal = new Journal(cluster.repository());
    JournalView view = journal.view();
    ManifestHead head =
        cluster.repository().backups().stream()
            .filter(backup -> backup.id().equals(first))
            .findFirst()
            .orElseThrow();
    try (Copy copy = new Copy(cluster.repository())) {
      copy.restore(r -> r.withBackup(first).withTarget(new TargetRequest.Latest()));
      try (Stops stops = new Stops(live, copy.directory())) {
        for (Mistakes.Loss loss : mine) {
          Lsn before = find(report, loss.told()).first();
          TargetRequest target = new TargetRequest.AtLsn(before, false);
          stops.goTo(journal.resolve(view, target, new Timeline(1), head).recordStart());
          stops.count(loss);
        }
      }
    }
  }

  private static Event find(HistoryReport report, String told) {
    return report.events().stream()
        .filter(event -> told(event).equals(told))
        .findFirst()
        .orElseThrow();
  }

  private static void before(
      ProtectedCluster cluster,
      EmbeddedPostgres live,
      Event event,
      String database,
      String table,
      long rows) {
    Event found = new History(cluster.repository()).find(event.id(), Optional.empty());
    assertThat(found.first()).isEqualTo(event.first());
    try (Copy copy = new Copy(cluster.repository())) {
      copy.restore(
          r ->
              started(live.binaries())
                  .apply(r.withTarget(new TargetRequest.AtLsn(found.first(), false))));
      try (Sql sql = copy.sql(live.login(), database)) {
        assertThat(sql.number("SELECT count(*) FROM " + table)).as(told(event)).isEqualTo(rows);
      }
    }
  }

  /** Small transactions of somebody else, all the time. */
  private static final class Busy implements AutoCloseable {
    private final AtomicBoolean stop = new AtomicBoolean();
    private final Thread thread;
    private volatile Optional<Throwable> failed = Optional.empty();

    Busy(EmbeddedPostgres live) {
      thread = Thread.ofVirtual().start(() -> work(live));
    }

    private void work(EmbeddedPostgres live) {
      try (Sql sql = live.sql("shop")) {
        for (int i = 2000; !stop.get(); i++) {
          for (String statement :
              List.of(
                  "INSERT INTO sales.busy (id, note) VALUES (" + i + ", 'busy')",
                  "UPDATE sales.busy SET note = 'still' WHERE id > " + (i - 10),
                  "DELETE FROM sales.busy WHERE id = " + (i - 5))) {
            sql.run(statement);
          }
        }
      } catch (RuntimeException e) {
        failed = Optional.of(e);
      }
    }

    void check() {
      assertThat(failed).isEmpty();
    }

    @Override
    public void close() {
      stop.set(true);
      await().atMost(Duration.ofMinutes(2)).until(() -> !thread.isAlive());
    }
  }
}
