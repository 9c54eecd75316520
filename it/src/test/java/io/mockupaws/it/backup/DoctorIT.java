package io.mockupaws.it.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.doctor.Check;
import io.mockupaws.engine.doctor.Doctor;
import io.mockupaws.engine.doctor.DoctorRequest;
import io.mockupaws.engine.doctor.Purpose;
import io.mockupaws.it.support.EveryVersion;
import io.mockupaws.it.support.Outcome;
import io.mockupaws.it.support.Program;
import io.mockupaws.it.support.Protection;
import io.mockupaws.it.support.RunningProgram;
import io.mockupaws.it.support.SmallDisk;
import io.mockupaws.it.support.Vault;
import io.mockupaws.store.CreateOutcome;
import io.mockupaws.store.ForwardingStore;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import io.mockupaws.store.Upload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * {@code doctor} as an operator runs it: a cluster that is protected is healthy, and each thing
 * that is taken away fails the check of its name, with the others told all the same.
 */
class DoctorIT {
  private static final HostUser OPERATOR = HostUser.named("nobody").orElseThrow();

  @EveryVersion
  void whatIsTakenAwayIsNamed(int major) throws IOException {
    try (EmbeddedPostgres server = EmbeddedPostgres.builder(major).start();
        Vault vault = Vault.bucket();
        Protection protection =
            new Protection(
                server.login(), "postgres", vault, OPERATOR, server.binaries().folder())) {
      protection.initialise("prod");
      RunningProgram stream = protection.stream();
      Program operator = protection.operator();
      operator.answer("backup");
      protection.awaitDurable(stream);

      JsonNode healthy = operator.answer("doctor");
      assertThat(healthy.path("failed").asInt()).isZero();
      assertThat(state(healthy, "rpo.kept")).isEqualTo("ok");
      assertThat(find(healthy, "wal.carry").path("what").asString())
          .contains("the server writes up to ", " of WAL, an upload carries ");
      assertThat(state(healthy, "store.multipart")).isEqualTo("ok");
      assertThat(state(healthy, "store.delete")).isEqualTo("ok");
      assertThat(state(healthy, "clock.store")).isEqualTo("ok");
      assertThat(state(healthy, "clock.server")).isEqualTo("ok");
      assertThat(state(healthy, "host.binaries")).isEqualTo("ok");
      assertThat(state(healthy, "host.client")).isEqualTo(major == 15 ? "ok" : "warning");
      assertThat(vault.listing().paths("probe/")).isEmpty();

      stream.stop();
      if (major == 18) {
        anObjectiveThatNobodyKeeps(operator);
        whatARestoreWouldMeet(operator, vault);
        anotherServerIsNamed(operator, protection.role().url("postgres"));
        clocksThatDisagree(server);
        aStoreThatIsSlowerThanTheServerWrites(server);
      }
      anOldVersionIsNamed(operator, protection.role().url("postgres"), server, major);
      aSlotThatLostItsWalIsNamed(operator, server);
      takeAway(server);
      // however long all this took
      String patient = objective(operator, "1d");
      JsonNode ill = failed(operator.with("TZ", "Asia/Tokyo").run("--config", patient, "doctor"));
      assertThat(state(ill, "server.slot")).isEqualTo("failed");
      assertThat(state(ill, "server.rights")).isEqualTo("failed");
      assertThat(find(ill, "server.rights").path("next").asString()).contains("GRANT EXECUTE");
      assertThat(state(ill, "server.managed")).isEqualTo("failed");
      assertThat(state(ill, "rpo.kept")).isEqualTo("warning");
      assertThat(state(ill, "host.zone")).isEqualTo("warning");
      assertThat(state(ill, "repository.key")).isEqualTo("ok");
      noRoomForASlotIsNamed(operator, server);
    }
  }

  /** Nobody streams any more, and WAL would have to come every second. */
  private static void anObjectiveThatNobodyKeeps(Program operator) throws IOException {
    JsonNode strict = failed(operator.run("--config", objective(operator, "1s"), "doctor"));
    assertThat(state(strict, "rpo.kept")).isEqualTo("failed");
    assertThat(find(strict, "rpo.kept").path("what").asString()).contains("nobody streams");
    assertThat(find(strict, "rpo.kept").path("next").asString()).contains("mockupaws stream");
  }

  /** A configuration in which so much time may be lost. */
  private static String objective(Program operator, String rpo) throws IOException {
    Path file = operator.home().resolve("rpo-" + rpo + ".yaml");
    Files.writeString(file, "clusters: { prod: { objectives: { rpo: " + rpo + " } } }\n");
    return file.toString();
  }

  /** A target that is full, one that holds something, and WAL that is not there. */
  private static void whatARestoreWouldMeet(Program operator, Vault vault) throws IOException {
    try (SmallDisk small = SmallDisk.mount(8, OPERATOR)) {
      Path target = small.path().resolve("data");
      JsonNode full = failed(forRestore(operator, target));
      assertThat(state(full, "target.space")).isEqualTo("failed");
      assertThat(find(full, "target.space").path("code").asString()).isEqualTo("MAW900");
      assertThat(state(full, "target.empty")).isEqualTo("ok");
      Files.createDirectory(target);
      Files.writeString(target.resolve("precious"), "x");
      JsonNode taken = failed(forRestore(operator, target));
      assertThat(find(taken, "target.empty").path("code").asString()).isEqualTo("MAW600");
      assertThat(state(taken, "restore.plan")).isEqualTo("unknown");
      assertThat(target.resolve("precious")).hasContent("x");
    }
    Path target = operator.home().resolve("target");
    JsonNode fine = operator.answer("doctor", "--for", "restore", "--to-dir", target.toString());
    assertThat(state(fine, "restore.plan")).isEqualTo("ok");
    Path cluster = vault.objects().resolve("clusters/prod");
    for (String part : new String[] {"wal", "tail"}) {
      Files.move(cluster.resolve(part), cluster.resolve(part + "-away"));
    }
    JsonNode lost = failed(forRestore(operator, target));
    assertThat(state(lost, "restore.plan")).isEqualTo("failed");
    assertThat(find(lost, "restore.plan").path("code").asString()).isIn("MAW602", "MAW604");
    assertThat(find(lost, "restore.plan").path("next").asString()).isNotEmpty();
    for (String part : new String[] {"wal", "tail"}) {
      Files.move(cluster.resolve(part + "-away"), cluster.resolve(part));
    }
    assertThat(target).doesNotExist();
  }

  private static Outcome forRestore(Program operator, Path target) {
    return operator.run("doctor", "--for", "restore", "--to-dir", target.toString());
  }

  /** Whatever a server is that is too old: the other checks tell that they cannot. */
  private static void anOldVersionIsNamed(
      Program operator, String own, EmbeddedPostgres server, int major) throws IOException {
    try (PoolerLike old = PoolerLike.ofVersion14(server.port(), major)) {
      operator.with("DATABASE_URL", own.replace(":" + server.port(), ":" + old.port()));
      JsonNode told = failed(operator.run("doctor", "--cluster", "prod"));
      assertThat(state(told, "server.connect")).isEqualTo("ok");
      assertThat(state(told, "server.version")).isEqualTo("failed");
      assertThat(find(told, "server.version").path("next").asString()).contains("15 to 18");
      assertThat(state(told, "server.slot")).isEqualTo("unknown");
    } finally {
      operator.with("DATABASE_URL", own);
    }
  }

  private static void aSlotThatLostItsWalIsNamed(Program operator, EmbeddedPostgres server) {
    server.run("ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'", "SELECT pg_reload_conf()");
    try (Sql sql = server.sql("postgres")) {
      await()
          .atMost(Duration.ofMinutes(1))
          .until(
              () -> {
                sql.run("SELECT txid_current()");
                sql.run("SELECT pg_switch_wal()");
                sql.run("CHECKPOINT");
                return sql.value("SELECT wal_status FROM pg_replication_slots").equals("lost");
              });
    }
    JsonNode lost = failed(operator.run("doctor"));
    assertThat(state(lost, "server.slot")).isEqualTo("failed");
    assertThat(find(lost, "server.slot").path("what").asString()).contains("has lost the WAL");
    assertThat(find(lost, "server.slot").path("next").asString())
        .contains("pg_drop_replication_slot('mockupaws_prod')");
  }

  /** Ours is gone, and others have taken what there was. */
  private static void noRoomForASlotIsNamed(Program operator, EmbeddedPostgres server) {
    server.run(
        "SELECT pg_create_physical_replication_slot('other' || i) FROM generate_series(1,"
            + " current_setting('max_replication_slots')::int) AS i");
    JsonNode full = failed(operator.run("doctor"));
    assertThat(state(full, "server.max-replication-slots")).isEqualTo("failed");
    assertThat(find(full, "server.max-replication-slots").path("next").asString())
        .contains("max_replication_slots");
  }

  private static void anotherServerIsNamed(Program operator, String own) {
    try (EmbeddedPostgres other = EmbeddedPostgres.builder(18).start()) {
      operator.with("DATABASE_URL", other.url("postgres"));
      JsonNode elsewhere = failed(operator.run("doctor", "--cluster", "prod"));
      assertThat(state(elsewhere, "server.connect")).isEqualTo("ok");
      assertThat(state(elsewhere, "server.identity")).isEqualTo("failed");
      assertThat(find(elsewhere, "server.identity").path("what").asString())
          .contains("another server");
    } finally {
      operator.with("DATABASE_URL", own);
    }
  }

  /** Not the host's clock: the test's, that of the program. */
  private static void clocksThatDisagree(EmbeddedPostgres server) {
    assertThat(clock(server, Duration.ZERO).state()).isEqualTo(Check.State.OK);
    assertThat(clock(server, Duration.ofMinutes(1)).state()).isEqualTo(Check.State.WARNING);
    Check far = clock(server, Duration.ofMinutes(-10));
    assertThat(far.state()).isEqualTo(Check.State.FAILED);
    assertThat(far.what()).contains("the clock of the server", "ahead of this host's");
    assertThat(far.next()).contains("NTP");
  }

  /** Tens of megabytes in the server's few minutes, beside some kilobytes a second. */
  private static void aStoreThatIsSlowerThanTheServerWrites(EmbeddedPostgres server) {
    server.run(
        "CREATE TABLE much AS SELECT repeat(md5(n::text), 30) FROM generate_series(1, 60000) n");
    Check carry = check(server, Duration.ZERO, Optional.of(new SlowUploads()), "wal.carry");
    assertThat(carry.what()).contains("the repository falls behind");
    assertThat(carry.state()).isEqualTo(Check.State.FAILED);
    assertThat(carry.next()).contains("a faster way to the store");
  }

  /** A store that takes some seconds for each part of 64 KiB. */
  private static final class SlowUploads extends ForwardingStore {
    SlowUploads() {
      super(Stores.inMemory(64 << 10));
    }

    @Override
    public Upload upload(ObjectKey key) {
      Upload upload = super.upload(key);
      return new Upload() {
        @Override
        public void part(ByteBuffer part) {
          LockSupport.parkNanos(Duration.ofSeconds(3).toNanos());
          upload.part(part);
        }

        @Override
        public CreateOutcome commit() {
          return upload.commit();
        }

        @Override
        public void close() {
          upload.close();
        }
      };
    }
  }

  private static Check clock(EmbeddedPostgres server, Duration off) {
    return check(server, off, Optional.empty(), "clock.server");
  }

  private static Check check(
      EmbeddedPostgres server, Duration off, Optional<Store> store, String id) {
    DoctorRequest request =
        new DoctorRequest(
            Purpose.PROTECT,
            Optional.empty(),
            store,
            Optional.empty(),
            Optional.of(ServerAddress.parse(server.url("postgres"))),
            Optional.empty(),
            repository -> repository.cluster("prod"),
            _ -> new DoctorRequest.ClusterSettings("mockupaws_prod", Duration.ofMinutes(5)),
            Path.of("/nonexistent/spool"),
            Duration.ofSeconds(1),
            Optional.empty(),
            Optional.empty(),
            ZoneOffset.UTC);
    InstantSource clock = InstantSource.offset(InstantSource.system(), off);
    return new Doctor(request, clock, new SecureRandom())
        .run().stream().filter(check -> check.id().equals(id)).findFirst().orElseThrow();
  }

  @Test
  void aServerThatIsNotFitAndAHostThatLacksEverything() throws IOException {
    try (EmbeddedPostgres server =
            EmbeddedPostgres.builder(18)
                .setting("wal_level", "minimal")
                .setting("max_wal_senders", "0")
                .hba("host replication all 127.0.0.1/32 reject")
                .start();
        PoolerLike pooler = PoolerLike.before(server.port());
        SmallDisk full = SmallDisk.mount(8, OPERATOR);
        Vault vault = Vault.directory(OPERATOR);
        Protection protection =
            new Protection(
                server.login(), "postgres", vault, OPERATOR, server.binaries().folder())) {
      Program operator = protection.operator();
      // Makes role, repository and cluster, and fails at the slot.
      assertThat(
              operator
                  .run(
                      "init",
                      "--cluster",
                      "prod",
                      "--admin-url",
                      "postgresql://%s@127.0.0.1:%d/postgres"
                          .formatted(server.login().user(), server.port()))
                  .status())
          .isEqualTo(1);
      Path empty = Files.createDirectory(operator.home().resolve("empty"));

      Files.setPosixFilePermissions(vault.objects(), PosixFilePermissions.fromString("r-x------"));
      JsonNode unfit =
          failed(
              operator
                  .with("BACKUP_SPOOL_DIR", "/proc/spool")
                  .run("doctor", "--pg-bin", empty.toString()));
      assertThat(state(unfit, "server.wal-level")).isEqualTo("failed");
      assertThat(find(unfit, "server.wal-level").path("next").asString()).contains("restart");
      assertThat(state(unfit, "server.pg-hba-conf")).isEqualTo("failed");
      assertThat(state(unfit, "server.slot")).isEqualTo("failed");
      assertThat(state(unfit, "spool.write")).isEqualTo("failed");
      assertThat(state(unfit, "host.binaries")).isEqualTo("warning");
      assertThat(state(unfit, "store.list")).isEqualTo("ok");
      assertThat(state(unfit, "store.read")).isEqualTo("ok");
      assertThat(find(unfit, "store.create").path("code").asString()).isEqualTo("MAW203");
      assertThat(state(unfit, "repository.key")).isEqualTo("ok");
      assertThat(state(unfit, "repository.backup")).isEqualTo("failed");
      Files.setPosixFilePermissions(vault.objects(), PosixFilePermissions.fromString("rwx------"));

      Files.write(full.path().resolve("filler"), new byte[7 << 20]);
      JsonNode closed =
          failed(
              operator
                  .with("BACKUP_SPOOL_DIR", full.path().toString())
                  .with("BACKUP_ENCRYPTION_KEY", Vault.newKey())
                  .with(
                      "DATABASE_URL",
                      protection
                          .role()
                          .url("postgres")
                          .replace(":" + server.port(), ":" + pooler.port()))
                  .run("doctor"));
      assertThat(find(closed, "repository.key").path("code").asString()).isEqualTo("MAW302");
      assertThat(find(closed, "server.connect").path("code").asString()).isEqualTo("MAW408");
      assertThat(state(closed, "spool.space")).isEqualTo("failed");
      assertThat(state(closed, "store.create")).isEqualTo("ok");

      JsonNode nowhere =
          failed(
              operator.run(
                  "doctor", "--for", "restore", "--pg-bin", empty.toString(), "--to-dir", "/etc"));
      assertThat(nowhere.toString()).doesNotContain("server.connect", "store.create");
      assertThat(state(nowhere, "restore.plan")).isEqualTo("unknown");
    }
  }

  @Test
  void aBucketIsToldFromItsCredentials() {
    try (Vault vault = Vault.bucket();
        Program operator = Program.as(OPERATOR, Path.of("/usr/bin")).with(vault.environment())) {
      JsonNode noBucket =
          failed(operator.with("BACKUP_REPOSITORY", "s3://not-there/prod").run("doctor"));
      assertThat(find(noBucket, "store.reach").path("code").asString()).isEqualTo("MAW201");
      JsonNode credentials =
          failed(
              operator
                  .with(vault.environment())
                  .with("AWS_SECRET_ACCESS_KEY", "another")
                  .run("doctor"));
      assertThat(find(credentials, "store.reach").path("code").asString()).isEqualTo("MAW202");
      assertThat(credentials.toString()).doesNotContain("another");
      assertThat(state(credentials, "store.create")).isEqualTo("unknown");
    }
  }

  private static void takeAway(EmbeddedPostgres server) {
    server.run("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
    server.run(
        "REVOKE EXECUTE ON FUNCTION pg_read_binary_file(text, bigint, bigint, boolean) FROM "
            + Protection.ROLE);
    server.run("CREATE ROLE rds_superuser");
  }

  private static JsonNode failed(Outcome outcome) {
    assertThat(outcome.status()).as(outcome.told()).isEqualTo(1);
    return outcome.json();
  }

  private static String state(JsonNode answer, String id) {
    return find(answer, id).path("state").asString();
  }

  private static JsonNode find(JsonNode answer, String id) {
    for (JsonNode check : answer.path("checks")) {
      if (check.path("id").asString().equals(id)) {
        return check;
      }
    }
    throw new AssertionError("no check " + id + " in " + answer);
  }
}
