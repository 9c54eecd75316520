package io.mockupaws.it.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.demo.postgres.PostgresFailure;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.DebianCluster;
import io.mockupaws.it.support.HostCommand;
import io.mockupaws.it.support.Outcome;
import io.mockupaws.it.support.Program;
import io.mockupaws.it.support.RunningProgram;
import io.mockupaws.store.StoreAddress;
import io.mockupaws.store.StoreOptions;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The command for one database: each kind of target, and what a database may have of oddities. */
class DatabaseKindsIT {
  private static final String MOMENT = "with_all_of_it";
  private static final String WORDS = "SELECT string_agg(w, ' ' ORDER BY w) FROM far.words";

  private static OddDatabases odd;
  private static DebianCluster live;
  private static ProtectedCluster cluster;
  private static Program program;

  @BeforeAll
  static void prepare() {
    live = DebianCluster.create();
    odd = new OddDatabases(live);
    cluster =
        new ProtectedCluster(
            live.login(),
            Stores.create(
                StoreAddress.parse("file://" + odd.place().resolve("repository")),
                StoreOptions.none()));
    cluster.backup();
    odd.writeMarks();
    odd.name(MOMENT);
    cluster.awaitDurable();
    program =
        Program.as(HostUser.current(), DebianCluster.BINARIES)
            .with(
                Map.of(
                    "BACKUP_REPOSITORY",
                    "file://" + odd.place().resolve("repository"),
                    "BACKUP_ENCRYPTION_KEY",
                    ProtectedCluster.SECRET,
                    "PGSERVICE",
                    "of_somebody_else"));
  }

  @AfterAll
  static void remove() {
    program.close();
    cluster.close();
    live.close();
    odd.close();
  }

  private static Outcome restore(String url, String... more) {
    return start(url, more).await();
  }

  private static RunningProgram start(String url, String... more) {
    List<String> command =
        new ArrayList<>(List.of("restore", "--temp-dir", odd.place().resolve("t").toString()));
    command.addAll(List.of("--to-database", "${THERE}"));
    command.addAll(List.of(more));
    program.with("THERE", url);
    return program.start(command.toArray(String[]::new));
  }

  private static JsonNode restored(String url, String... more) {
    Outcome outcome = restore(url, more);
    assertThat(outcome.status()).as(outcome.told()).isZero();
    return outcome.json().path("restored");
  }

  private static String value(ServerLogin login, String database, String query) {
    try (Sql sql = login.sql(database)) {
      return sql.value(query);
    }
  }

  private static String marks(String database) {
    return value(live.login(), database, "SELECT string_agg(n::text, ' ' ORDER BY n) FROM mark");
  }

  /**
   * Over an address with parameters of TLS: whatever is written there is refused by the destination
   * unless it came as the address says.
   */
  @Test
  void eachKindOfTargetIsReached() {
    odd.createInsisting("at_time", true);
    odd.createInsisting("at_lsn", false);
    live.run("CREATE DATABASE at_xid");
    String[] source = {"--database", "marks"};
    restored(
        live.login().url("at_time") + "?sslmode=verify-full&sslrootcert=" + odd.certificate(),
        with(source, "--target-time", odd.timeBehindFirst()));
    assertThat(marks("at_time")).isEqualTo("1");
    restored(
        live.login().url("at_lsn") + "?sslmode=disable",
        with(source, "--target-lsn", odd.lsnBehindSecond()));
    assertThat(marks("at_lsn")).isEqualTo("1 2");
    restored(live.login().url("at_xid"), with(source, "--target-xid", odd.xidOfThird()));
    assertThat(marks("at_xid")).isEqualTo("1 2 3");
  }

  /** The database that is there goes, and so does who uses it; nothing runs as root. */
  @Test
  void aDisposableOneIsReplacedByAScratchServerOfTheUserNamed() {
    live.run("CREATE DATABASE thrown_away");
    HostUser nobody = HostUser.named("nobody").orElseThrow();
    String[] command = {"--database", "marks", "--target-xid", odd.xidOfThird(), "--exclusive"};
    try (Sql used = live.login().sql("thrown_away")) {
      used.run("CREATE TABLE mark AS SELECT 99 AS n");
      Outcome refused = restore(live.login().url("thrown_away"), with(command, "--disposable"));
      assertThat(refused.errorCode()).as(refused.told()).isEqualTo("MAW614");
      assertThat(used.value("SELECT n FROM mark")).isEqualTo("99");
      RunningProgram running =
          start(
              live.login().url("thrown_away"),
              with(command, "--disposable", "--disconnect", "--user", nobody.name()));
      List<Integer> users = new ArrayList<>();
      await()
          .atMost(Duration.ofMinutes(1))
          .pollInterval(Duration.ofMillis(5))
          .until(
              () -> {
                users.addAll(serverUsers(odd.place().resolve("t")));
                return !users.isEmpty() || !running.isRunning();
              });
      Outcome outcome = running.await();
      assertThat(outcome.status()).as(outcome.told()).isZero();
      assertThat(users).containsOnly(nobody.uid());
      assertThat(outcome.json().at("/database/way").asString()).isEqualTo("disposable");
      assertThatThrownBy(() -> used.value("SELECT 1")).isInstanceOf(PostgresFailure.class);
    }
    assertThat(marks("thrown_away")).isEqualTo("1 2");
    assertThat(
            value(
                live.login(),
                "postgres",
                "SELECT count(*) FROM pg_database WHERE datname LIKE 'thrown_away%'"))
        .isEqualTo("1");
  }

  /** As whom the scratch server runs, once its process is there. */
  private static List<Integer> serverUsers(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      List<Integer> users = new ArrayList<>();
      for (Path scratch : all.toList()) {
        String pid = Files.readAllLines(scratch.resolve("data/postmaster.pid")).getFirst();
        users.add((Integer) Files.getAttribute(Path.of("/proc", pid.strip()), "unix:uid"));
      }
      return users;
    } catch (IOException | NoSuchElementException e) {
      return List.of(); // not yet, or no longer
    }
  }

  private static String[] with(String[] some, String... more) {
    List<String> all = new ArrayList<>(List.of(some));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  @Test
  void everythingOfADatabaseComesBackButItsSubscription() {
    long calls = odd.publisherCalls();
    JsonNode done =
        restored(
            live.login().url("odd_again"),
            "--database",
            "odd",
            "--replace",
            "--target-name",
            MOMENT);
    assertThat(odd.dump("odd_again")).isEqualTo(odd.wanted());
    assertThat(Shop.properties(live.login(), "odd_again"))
        .isEqualTo(Shop.properties(live.login(), "odd"));
    assertThat(
            value(
                live.login(),
                "postgres",
                "SELECT string_agg(DISTINCT concat_ws(' ', datlocprovider, daticulocale), ',')"
                    + " FROM pg_database WHERE datname IN ('odd', 'odd_again')"))
        .isEqualTo("i de-u-co-phonebk");
    assertThat(value(live.login(), "odd_again", WORDS)).isEqualTo("Ad Äb Az");
    assertThat(done.path("notes").toString()).contains("follower");
    assertThat(
            value(
                live.login(),
                "odd_again",
                "SELECT count(*)::text FROM pg_subscription WHERE subdbid ="
                    + " (SELECT oid FROM pg_database WHERE datname = current_database())"))
        .isEqualTo("0");
    assertThat(odd.publisherCalls()).as("who called the publisher").isEqualTo(calls);
  }

  /** To find them one after the other would be a recovery for each. */
  @Test
  void allThatADestinationLacksIsNamedAtOnce() {
    try (EmbeddedPostgres other = EmbeddedPostgres.builder(18).start()) {
      ServerLogin there = other.login();
      String[] source = {"--database", "odd", "--replace", "--target-name", MOMENT};
      assertRefused(
          restore(there.url("taken"), source),
          "does not have: keeper",
          "names a role that the destination does not have: visitor",
          "lacks the extension adminpack",
          "has no tablespace far");
      assertThat(value(there, "postgres", "SELECT count(*)::text FROM pg_database")).isEqualTo("3");

      other.run("CREATE ROLE keeper", "CREATE ROLE visitor");
      // by then the extension is gone, which a newer server has no more
      JsonNode done =
          restored(there.url("taken"), "--database", "odd", "--replace", "--no-tablespaces");
      assertThat(value(there, "taken", WORDS)).isEqualTo("Ad Äb Az");
      assertThat(done.path("keptAs").isMissingNode() || done.path("keptAs").isNull()).isTrue();
      assertThat(
              value(
                  there,
                  "taken",
                  "SELECT string_agg(lomowner::regrole || ' ' || oid || ' ' || lo_get(oid)::text,"
                      + " ',' ORDER BY oid) FROM pg_largeobject_metadata"))
          .isEqualTo("keeper 77 \\x0102,keeper 78 \\x");
    }
  }

  @Test
  void whatARoleMayNotIsNamedBeforehand() {
    live.run("CREATE DATABASE of_keeper OWNER keeper");
    assertRefused(
        restore(odd.keeper().url("of_keeper"), "--database", "odd", "--target-name", MOMENT),
        "only a superuser may create the extension adminpack",
        "may not create anything in the tablespace far",
        "only a superuser may create a publication of all tables: everything");
  }

  private static void assertRefused(Outcome outcome, String... words) {
    assertThat(outcome.errorCode()).as(outcome.told()).isEqualTo("MAW615");
    assertThat(outcome.errorMessage()).contains(words);
    assertThat(odd.place().resolve("t")).isEmptyDirectory();
  }

  static void awaitQuiet(Sql sql) {
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () ->
                sql.number("SELECT count(*) FROM pg_stat_subscription WHERE pid IS NOT NULL") == 0);
  }

  static String openssl(String... arguments) {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    return HostCommand.run(command);
  }
}
