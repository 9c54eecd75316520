package io.mockupaws.it.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.Damage;
import io.mockupaws.it.support.Outcome;
import io.mockupaws.it.support.Program;
import io.mockupaws.it.support.Protection;
import io.mockupaws.it.support.RecoveredServer;
import io.mockupaws.it.support.RunningProgram;
import io.mockupaws.it.support.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A repository that was made with {@code --no-encryption}, by the real program. */
class PlainRepositoryIT {
  private static final HostUser OPERATOR = HostUser.named("nobody").orElseThrow();
  private static final String ROWS = "SELECT count(*) || ' ' || sum(i) FROM t";

  @Test
  void needsNoKeyAndFindsDamageAllTheSame() throws IOException {
    try (EmbeddedPostgres server = EmbeddedPostgres.builder(16).start();
        Vault vault = Vault.directory(OPERATOR);
        Protection protection =
            new Protection(
                server.login(), "postgres", vault, OPERATOR, server.binaries().folder())) {
      Program operator = protection.operator().without("BACKUP_ENCRYPTION_KEY");
      operator.answer(
          "init",
          "--no-encryption",
          "--cluster",
          "prod",
          "--admin-url",
          "postgresql://%s@127.0.0.1:%d/postgres".formatted(server.login().user(), server.port()));
      RunningProgram stream = protection.stream("--no-encryption");
      server.run("CREATE TABLE t AS SELECT generate_series(1, 20000) AS i");
      operator.answer("backup", "--no-encryption");
      server.run("INSERT INTO t VALUES (0)");
      protection.awaitDurable(stream);
      assertThat(stream.stop().status()).isZero();

      try (RecoveredServer copy =
              RecoveredServer.restore(operator, server.login(), "latest", "--no-encryption");
          Sql restored = copy.login().sql("postgres");
          Sql live = server.sql("postgres")) {
        assertThat(restored.value(ROWS)).isEqualTo(live.value(ROWS));
      }
      whatIsDamagedIsNamed(operator, server.login(), vault);
      aKeyIsNotSilentlyPassedOver(operator);
    }
  }

  private static void whatIsDamagedIsNamed(Program operator, ServerLogin login, Vault vault)
      throws IOException {
    Path pack = pack(vault);
    String[] verify = {"verify", "--all", "--depth", "read", "--no-encryption"};
    assertThat(operator.run(verify).status()).isZero();
    Damage.during(
        pack,
        Damage.Kind.FLIPPED,
        () -> {
          Outcome damaged = operator.run(verify);
          assertThat(damaged.status()).as(damaged.told()).isEqualTo(1);
          assertThat(damaged.out()).contains(pack.getFileName().toString());
          try (RecoveredServer copy =
              RecoveredServer.restore(operator, login, "latest", "--no-encryption")) {
            assertThat(copy.outcome().errorCode()).isEqualTo("MAW304");
          }
        });
  }

  private static Path pack(Vault vault) throws IOException {
    try (Stream<Path> files = Files.walk(vault.objects().resolve("clusters/prod/packs"))) {
      List<Path> packs = files.filter(Files::isRegularFile).sorted().toList();
      return packs.getFirst();
    }
  }

  /** Whoever gives a key believes that the repository is sealed under it. */
  private static void aKeyIsNotSilentlyPassedOver(Program operator) {
    Outcome mistaken = operator.with("BACKUP_ENCRYPTION_KEY", Vault.newKey()).run("list");
    assertThat(mistaken.errorCode()).isEqualTo("MAW306");
    JsonNode listed = operator.answer("list", "--no-encryption");
    assertThat(listed.path("backups")).hasSize(1);
    assertThat(operator.run("keys", "rotate", "--no-encryption").status()).isNotZero();
  }
}
