package io.mockupaws.it.restore;

import static io.mockupaws.it.restore.RestoreIT.started;
import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.pg.RelationPath;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.demo.postgres.StartedServer;
import io.mockupaws.engine.backup.BackupResult;
import io.mockupaws.engine.journal.TargetRequest;
import io.mockupaws.engine.restore.RestoreRequest;
import io.mockupaws.engine.restore.TargetAction;
import io.mockupaws.engine.verify.Depth;
import io.mockupaws.engine.verify.Verifier;
import io.mockupaws.engine.verify.VerifyReport;
import io.mockupaws.engine.verify.VerifyRequest;
import io.mockupaws.it.support.Amcheck;
import io.mockupaws.it.support.Contents;
import io.mockupaws.it.support.PagesAlike;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * That an incremental backup is what the full one becomes: both are recovered to one restore point,
 * and held against each other and against the server.
 */
final class Equivalence {
  private static final TargetRequest HERE = new TargetRequest.AtName("here");

  /** {@code FirstNormalObjectId}: databases before it are initdb's own, and copied from none. */
  private static final long FIRST_MADE = 16_384;

  private Equivalence() {}

  /** What was written so far is what is compared. */
  static void mark(EmbeddedPostgres live) {
    // Behind a checkpoint a server that ends in recovery writes all its pages.
    live.run("CHECKPOINT", "SELECT pg_create_restore_point('here')");
    // a restore point is written, and flushed with the next commit alone
    live.run("SELECT pg_logical_emit_message(true, '', 'flushes')");
  }

  /**
   * The first backup and the last are recovered; when the last one is, it is the only one.
   *
   * @param live the server that they are of, marked and durable
   */
  static void assertEquivalent(
      ProtectedCluster cluster, EmbeddedPostgres live, List<BackupResult> taken, String about) {
    assertEquivalent(cluster, live, taken, _ -> false, about);
  }

  /** As above, of a server on which autovacuum set bits in maps that a copied database lacks. */
  static void assertEquivalentBesideAutovacuum(
      ProtectedCluster cluster, EmbeddedPostgres live, List<BackupResult> taken, String about) {
    assertEquivalent(cluster, live, taken, Equivalence::isCopied, about);
  }

  private static void assertEquivalent(
      ProtectedCluster cluster,
      EmbeddedPostgres live,
      List<BackupResult> taken,
      Predicate<String> thinned,
      String about) {
    assertSound(cluster, about);
    try (Copy full = new Copy(cluster.repository());
        Copy incremental = new Copy(cluster.repository())) {
      full.restore(shutDown(live, taken.getFirst().id()));
      forgetAllBut(cluster, taken.getLast());
      incremental.restore(shutDown(live, taken.getLast().id()));
      assertAlike(full, incremental, thinned, about);
    }
    assertServes(cluster, live, about);
  }

  /** Each backup is complete by itself. */
  static void forgetAllBut(ProtectedCluster cluster, BackupResult last) {
    for (BackupId one : cluster.repository().backupIds()) {
      if (!one.equals(last.id())) {
        cluster.repository().delete(cluster.repository().manifestKey(one));
      }
    }
  }

  static void assertAlike(Copy full, Copy incremental, String about) {
    assertAlike(full, incremental, _ -> false, about);
  }

  /** Whether a file belongs to a database that may have been copied through WAL. */
  private static boolean isCopied(String path) {
    return RelationPath.parse(path)
        .filter(file -> Integer.toUnsignedLong(file.relation().database()) >= FIRST_MADE)
        .isPresent();
  }

  private static void assertAlike(
      Copy full, Copy incremental, Predicate<String> thinned, String about) {
    assertThat(PagesAlike.pages(full.directory())).isGreaterThan(3000);
    assertThat(
            PagesAlike.differences(
                full.directory(), incremental.directory(), Equivalence::isCopied, thinned))
        .as(about)
        .isEmpty();
  }

  static UnaryOperator<RestoreRequest> shutDown(EmbeddedPostgres live, BackupId backup) {
    return request ->
        started(live.binaries())
            .apply(request)
            .withBackup(backup)
            .withTarget(HERE)
            .withAction(TargetAction.SHUTDOWN);
  }

  static void assertSound(ProtectedCluster cluster, String about) {
    VerifyReport report =
        new Verifier(cluster.whole(), cluster.repository())
            .run(new VerifyRequest(Optional.empty(), Depth.READ, 2), _ -> {});
    assertThat(report.isWhole()).as("%s, %s", about, report).isTrue();
  }

  static void assertServes(ProtectedCluster cluster, EmbeddedPostgres live, String about) {
    Contents expected = Contents.of(live.login());
    try (Copy copy = new Copy(cluster.repository())) {
      copy.restore(request -> started(live.binaries()).apply(request).withTarget(HERE));
      ServerLogin login = live.login().at(StartedServer.port(copy.directory()).orElseThrow());
      assertThat(expected.differencesOf(Contents.of(login))).as(about).isEmpty();
      if (live.binaries().major() == 15) {
        assertThat(Shop.dump(login, "postgres"))
            .as(about)
            .isEqualTo(Shop.dump(live.login(), "postgres"));
      }
      assertThat(Amcheck.findings(login)).as(about).isEmpty();
      assertThat(mapFindings(login)).as(about).isEmpty();
    }
  }

  /** Rows on pages that the visibility map calls all visible or frozen, and that are not. */
  private static List<String> mapFindings(ServerLogin login) {
    List<String> databases;
    try (Sql sql = login.sql("postgres")) {
      databases = sql.column("SELECT datname FROM pg_database WHERE datallowconn");
    }
    List<String> findings = new ArrayList<>();
    for (String database : databases) {
      try (Sql sql = login.sql(database)) {
        sql.run("CREATE EXTENSION pg_visibility");
        findings.addAll(
            sql.column(
                "SELECT c.oid::regclass::text || ' ' || f.tid FROM pg_class AS c, LATERAL"
                    + " (SELECT pg_check_visible(c.oid) UNION ALL SELECT pg_check_frozen(c.oid))"
                    + " AS f (tid)"
                    + " WHERE c.relkind IN ('r', 'm', 't') AND c.relpersistence = 'p'"));
      }
    }
    return findings;
  }
}
