package io.mockupaws.it.size;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.FileEntry;
import io.mockupaws.core.format.ManifestVisitor;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.it.support.Outcome;
import io.mockupaws.it.support.Program;
import io.mockupaws.it.support.Protection;
import io.mockupaws.it.support.RecoveredServer;
import io.mockupaws.it.support.RunningProgram;
import io.mockupaws.it.support.Vault;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreAddress;
import io.mockupaws.store.StoreOptions;
import io.mockupaws.store.Stores;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server of very many small tables: read directly and over SQL, restored, compared. */
class ManyTablesIT {
  private static final HostUser OWNER = HostUser.forServers();

  /** More by {@code bench/size}. */
  private static final int TABLES = Integer.getInteger("size.tables", 10_000);

  private static final int AT_ONCE = 1000;

  @ParameterizedTest
  @ValueSource(ints = {18})
  void bothWaysOfReadingBringEveryTableBack(int major) {
    try (EmbeddedPostgres server = server(major);
        Vault vault = Vault.directory(OWNER)) {
      make(server);
      String contents = contents(server.login());
      Map<String, String> direct;
      Map<String, String> sql;
      try (Protection protection =
          new Protection(server.login(), "postgres", vault, OWNER, server.binaries().folder())) {
        protection.initialise("prod");
        RunningProgram stream = protection.stream();
        direct = files(vault, backup(protection.operator(), "direct"));
        sql = files(vault, backup(protection.operator(), "sql"));
        assertThat(stream.stop().status()).isZero();
      }
      assertThat(direct).hasSizeGreaterThan(TABLES);
      // the catalogue, sequences and counters of the backup itself go on between the two
      assertThat(common(sql, direct)).isGreaterThan(TABLES);
      assertThat(sql.keySet()).containsAll(relations(direct));

      try (Program newcomer =
              Program.as(OWNER, server.binaries().folder()).with(vault.environment());
          RecoveredServer copy = RecoveredServer.restore(newcomer, server.login(), "latest")) {
        tell("restore and start", copy.outcome().took());
        copy.answer();
        assertThat(contents(copy.login())).isEqualTo(contents);
      }
    }
  }

  private static EmbeddedPostgres server(int major) {
    return EmbeddedPostgres.builder(major)
        .setting("fsync", "off")
        .setting("synchronous_commit", "off")
        .setting("autovacuum", "off")
        .setting("max_locks_per_transaction", "1024")
        .setting("max_wal_size", "4GB")
        .start();
  }

  /** Names of 1 to 63 bytes; every tenth has rows and all three forks, every 50th is unlogged. */
  private static void make(EmbeddedPostgres server) {
    long begin = System.nanoTime();
    try (Sql sql = server.sql("postgres")) {
      for (int first = 0; first < TABLES; first += AT_ONCE) {
        sql.run(
            """
            DO $$ DECLARE name text; BEGIN
              FOR n IN %d .. %d LOOP
                name := to_hex(n) || repeat('_', greatest(0, n %% 63 + 1 - length(to_hex(n))));
                EXECUTE format('CREATE %%s TABLE %%I (i int)',
                               CASE WHEN n %% 50 = 7 THEN 'UNLOGGED' ELSE '' END, name);
                IF n %% 10 = 0 THEN
                  EXECUTE format('INSERT INTO %%I SELECT g FROM generate_series(1, %%s) AS g',
                                 name, n %% 700);
                END IF;
              END LOOP;
            END $$"""
                .formatted(first, Math.min(TABLES, first + AT_ONCE) - 1));
      }
      sql.run("VACUUM", "CHECKPOINT");
    }
    tell("make " + TABLES + " tables", Duration.ofNanos(System.nanoTime() - begin));
  }

  /** How many tables there are, and the sum of what is in them, table by table. */
  private static String contents(ServerLogin login) {
    try (Sql sql = login.sql("postgres")) {
      sql.run(
          "CREATE TEMP TABLE found (name text, rows bigint, total bigint)",
          """
          DO $$ DECLARE t record; BEGIN
            FOR t IN SELECT relname FROM pg_class
                      WHERE relkind = 'r' AND relpersistence = 'p'
                        AND relnamespace = 'public'::regnamespace LOOP
              EXECUTE format('INSERT INTO found SELECT %L, count(*), coalesce(sum(i), 0) FROM public.%I',
                             t.relname, t.relname);
            END LOOP;
          END $$""");
      return sql.value(
          "SELECT count(*) || ' ' || sum(total) || ' '"
              + " || md5(string_agg(name || ' ' || rows || ' ' || total, ',' ORDER BY name))"
              + " FROM found");
    }
  }

  private static BackupId backup(Program operator, String reading) {
    Outcome outcome = operator.run("backup", "--read", reading);
    tell("backup, " + reading, outcome.took());
    assertThat(outcome.status()).as(outcome.told()).isZero();
    return new BackupId(outcome.json().path("backup").path("id").asString());
  }

  private static Map<String, String> files(Vault vault, BackupId id) {
    Map<String, String> files = new TreeMap<>();
    StoreAddress address = StoreAddress.parse("file://" + vault.objects());
    Secret secret = Secret.of(vault.environment().getOrDefault("BACKUP_ENCRYPTION_KEY", ""));
    try (Store store = Stores.open(address, StoreOptions.none());
        Repository repository =
            Repository.open(store, Optional.of(secret), new SecureRandom())) {
      ClusterRepository cluster = repository.cluster("prod");
      cluster
          .manifest(id)
          .forEach(
              new ManifestVisitor() {
                @Override
                public void file(FileEntry file) {
                  files.put(file.path(), file.size() + " " + file.crc32c());
                }
              });
    }
    return files;
  }

  private static long common(Map<String, String> some, Map<String, String> others) {
    return some.entrySet().stream().filter(e -> e.getValue().equals(others.get(e.getKey()))).count();
  }

  private static List<String> relations(Map<String, String> files) {
    return files.keySet().stream().filter(path -> path.startsWith("base/")).toList();
  }

  private static void tell(String step, Duration took) {
    System.out.printf("size: %s: %.1f s%n", step, took.toMillis() / 1000.0);
  }
}
