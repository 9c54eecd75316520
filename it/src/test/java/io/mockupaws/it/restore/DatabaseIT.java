package io.mockupaws.it.restore;

import static io.mockupaws.it.restore.DatabaseFixture.disconnecting;
import static io.mockupaws.it.restore.DatabaseFixture.omitting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.PostgresFailure;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.database.DatabaseProgress;
import io.mockupaws.engine.database.DatabaseResult;
import io.mockupaws.engine.database.Omissions;
import io.mockupaws.engine.database.Way;
import io.mockupaws.engine.restore.Cancel;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One database of a backup back into the live server, beside the one that was ruined. */
class DatabaseIT {
  private static DatabaseFixture fixture;

  @BeforeAll
  static void prepare() {
    fixture = new DatabaseFixture();
    admin().sql("postgres").run("CREATE DATABASE own_not").close();
  }

  @AfterAll
  static void remove() {
    fixture.close();
  }

  @AfterEach
  void noScratchServerIsLeft() {
    assertThat(fixture.leftovers()).isEmpty();
    assertThat(fixture.databases()).noneMatch(name -> name.contains("_mockupaws_"));
  }

  private static ServerLogin admin() {
    return fixture.admin();
  }

  private static void assertRefused(ErrorCode code, String words, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            Failure.class,
            e -> {
              assertThat(e.code()).as(e.what()).isEqualTo(code);
              assertThat(e.what() + " | " + e.nextStep()).contains(words);
            });
  }

  private static void assertEmpty(ServerLogin login, String database) {
    try (Sql sql = login.sql(database)) {
      assertThat(
              sql.number(
                  "SELECT (SELECT count(*) FROM pg_class WHERE oid >= 16384)"
                      + " + (SELECT count(*) FROM pg_largeobject_metadata)"
                      + " + (SELECT count(*) FROM pg_namespace WHERE oid >= 16384)"))
          .isZero();
    }
  }

  @Test
  void anEmptyDatabaseGetsWhatWasThereAtTheMoment() {
    String ruined = Shop.dump(admin(), Shop.NAME);
    admin().sql("postgres").run("CREATE DATABASE fresh OWNER shop_owner").close();
    DatabaseResult result = fixture.restore(fixture.request(admin(), "fresh", Way.EMPTY));
    assertThat(Shop.dump(admin(), "fresh")).isEqualTo(fixture.wanted());
    assertThat(Shop.dump(admin(), Shop.NAME)).isEqualTo(ruined);
    // items, two partitions, trap
    assertThat(result.tables()).isEqualTo(4);
    assertThat(result.rows()).isEqualTo(3001 + 2000 + 3);
    assertRefused(
        ErrorCode.TARGET_NOT_EMPTY,
        "app.",
        () -> fixture.restore(fixture.request(admin(), "fresh", Way.EMPTY)));
  }

  /** Connections come again all the time, as from a pool. */
  @Test
  void aDatabaseInUseIsReplacedUnderItsConnectionsAndKept() {
    admin().sql("postgres").run("CREATE DATABASE used").close();
    try (Sql sql = admin().sql("used")) {
      sql.run("CREATE TABLE precious AS SELECT 42 AS n");
      assertRefused(
          ErrorCode.DATABASE_IN_USE,
          "postgres@127.0.0.1",
          () -> fixture.restore(fixture.request(admin(), "used", Way.REPLACE)));
    }
    AtomicBoolean over = new AtomicBoolean();
    Thread pool = Thread.startVirtualThread(() -> keepConnecting("used", over));
    DatabaseResult result;
    try {
      result = fixture.restore(disconnecting(fixture.request(admin(), "used", Way.REPLACE)));
    } finally {
      over.set(true);
    }
    join(pool);
    assertThat(Shop.dump(admin(), "used")).isEqualTo(fixture.wanted());
    assertThat(Shop.properties(admin(), "used")).isEqualTo(fixture.properties());
    assertThat(result.notes()).isEmpty();
    String kept = result.keptAs().orElseThrow();
    assertThat(kept).matches("used_before_[0-9]{8}T[0-9]{6}Z");
    // the way back
    try (Sql sql = admin().sql("postgres")) {
      sql.run("DROP DATABASE used WITH (FORCE)", "ALTER DATABASE \"" + kept + "\" RENAME TO used");
    }
    try (Sql sql = admin().sql("used")) {
      assertThat(sql.value("SELECT n FROM precious")).isEqualTo("42");
    }
  }

  private static void keepConnecting(String database, AtomicBoolean over) {
    while (!over.get()) {
      try (Sql sql = admin().sql(database)) {
        while (!over.get()) {
          sql.value("SELECT pg_sleep(0.01)::text");
        }
      } catch (PostgresFailure e) {
        // ended, as it was to be; the next one comes
      }
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Everything belongs to a role that is no superuser, and it may create databases. */
  @Test
  void theOwnerReplacesADisposableDatabaseOfItsOwn() {
    try (Sql sql = fixture.owner().sql("postgres")) {
      sql.run("CREATE DATABASE own");
    }
    try (Sql sql = fixture.owner().sql("own")) {
      sql.run("CREATE TABLE nobody_needs AS SELECT 1 AS n");
      assertRefused(
          ErrorCode.DATABASE_IN_USE,
          "--disconnect",
          () -> fixture.restore(fixture.request(fixture.owner(), "own", Way.DISPOSABLE)));
    }
    DatabaseResult result =
        fixture.restore(disconnecting(fixture.request(fixture.owner(), "own", Way.DISPOSABLE)));
    assertThat(Shop.dump(admin(), "own")).isEqualTo(fixture.wanted());
    assertThat(result.keptAs()).isEmpty();
    // a superuser's role setting is the one thing an owner may not give
    assertThat(result.notes()).singleElement().asString().contains("statement_timeout");
  }

  @Test
  void whatADestinationLacksIsSaidBeforeItIsTouched() {
    try (EmbeddedPostgres other = EmbeddedPostgres.builder(18).start()) {
      other.run("CREATE DATABASE elsewhere");
      ServerLogin there = other.login();
      assertRefused(
          ErrorCode.DATABASE_UNFIT,
          "does not have: shop_owner",
          () -> fixture.restore(fixture.request(there, "elsewhere", Way.EMPTY)));
      Omissions both = new Omissions(true, true, false);
      assertRefused(
          ErrorCode.DATABASE_UNFIT,
          "a grant, policy or user mapping names a role",
          () -> fixture.restore(omitting(fixture.request(there, "elsewhere", Way.EMPTY), both)));
      assertEmpty(there, "elsewhere");
      other.run("CREATE ROLE shop_reader");
      // a newer server takes it
      fixture.restore(omitting(fixture.request(there, "elsewhere", Way.EMPTY), both));
      assertThat(Shop.hashes(there, "elsewhere"))
          .isEqualTo(Shop.hashes(restored("compared"), "compared"));
      assertRefused(
          ErrorCode.SERVER_RIGHTS,
          "CREATEDB",
          () ->
              fixture.restore(
                  fixture.request(
                      other.createRole("poor", "poor", ""), "elsewhere", Way.DISPOSABLE)));
    }
  }

  private static ServerLogin restored(String name) {
    fixture.restore(fixture.request(admin(), name, Way.REPLACE));
    return admin();
  }

  /** An event trigger changes each row on its way: what PostgreSQL restored is not what was. */
  @Test
  void aCopyThatDiffersIsNotKept() {
    admin().sql("postgres").run("CREATE DATABASE crooked").close();
    try (Sql sql = admin().sql("crooked")) {
      sql.run(
          """
          CREATE FUNCTION bend() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN new.name := 'another'; RETURN new; END $$
          """,
          """
          CREATE FUNCTION interfere() RETURNS event_trigger LANGUAGE plpgsql AS $$
          BEGIN
            IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands()
                        WHERE object_identity = 'app.items') THEN
              CREATE TRIGGER bent BEFORE INSERT ON app.items
                FOR EACH ROW EXECUTE FUNCTION public.bend();
            END IF;
          END $$
          """,
          "CREATE EVENT TRIGGER i ON ddl_command_end WHEN TAG IN ('CREATE TABLE')"
              + " EXECUTE FUNCTION interfere()");
    }
    assertRefused(
        ErrorCode.DATABASE_DIFFERS,
        "rows of app.items",
        () -> fixture.restore(fixture.request(admin(), "crooked", Way.EMPTY)));
    assertEmpty(admin(), "crooked");
  }

  @Test
  void stoppedWhileCopyingItLeavesEverythingAsItWas() {
    admin().sql("postgres").run("CREATE DATABASE stopped").close();
    for (Way way : List.of(Way.EMPTY, Way.REPLACE)) {
      Cancel cancel = new Cancel();
      assertRefused(
          ErrorCode.RESTORE_INTERRUPTED,
          "stopped",
          () ->
              fixture.restore(
                  fixture.request(admin(), "stopped", way),
                  cancel,
                  new DatabaseFixture.Nobody() {
                    @Override
                    public void progress(DatabaseProgress progress) {
                      if (progress.phase() == DatabaseProgress.Phase.COMPARE) {
                        cancel.ask();
                      }
                    }
                  }));
      assertEmpty(admin(), "stopped");
    }
  }

  @Test
  void whatCannotBeIsRefusedBeforeAnythingStarts() {
    assertRefused(
        ErrorCode.SERVER_LOGIN,
        "let --replace make it",
        () -> fixture.restores().plan(fixture.request(admin(), "nowhere", Way.EMPTY)));
    assertRefused(
        ErrorCode.USAGE,
        "one of the server's own",
        () -> fixture.restores().plan(fixture.request(admin(), "postgres", Way.REPLACE)));
    assertRefused(
        ErrorCode.SERVER_RIGHTS,
        "does not own it",
        () -> fixture.restores().plan(fixture.request(fixture.owner(), "own_not", Way.REPLACE)));
  }
}
