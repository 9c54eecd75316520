package io.mockupaws.it.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.it.support.Program;
import io.mockupaws.it.support.Protection;
import io.mockupaws.it.support.RunningProgram;
import io.mockupaws.it.support.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The real {@code stream} keeps a recovery within the time that was promised. */
class ObjectiveIT {
  private static final HostUser OPERATOR = HostUser.forServers();
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /**
   * By assumed rates 2.1 s and 50 MB of WAL a second: 120 MB pass an objective of 4 s. Nothing of
   * what was there is written anew, so the backup has a base that is worth building on.
   */
  @Test
  void takesABackupBeforeARecoveryWouldTakeTooLong() throws IOException {
    try (EmbeddedPostgres live = EmbeddedPostgres.builder(18).setting("autovacuum", "off").start();
        Vault vault = Vault.directory(OPERATOR);
        Protection protection =
            new Protection(live.login(), "postgres", vault, OPERATOR, live.binaries().folder())) {
      Program operator = protection.operator();
      Files.writeString(
          operator.home().resolve("mockupaws.yaml"),
          "clusters: { prod: { objectives: { rto: 4s } } }\n");
      protection.initialise("prod");
      RunningProgram stream = protection.stream();
      String first = operator.answer("backup").path("id").asString();
      for (String table : List.of("a", "b", "c")) {
        live.run(
            "CREATE TABLE "
                + table
                + " AS SELECT repeat(md5(i::text), 40) AS t FROM generate_series(1, 30000) AS i");
      }
      protection.awaitDurable(stream);
      await()
          .atMost(PATIENCE)
          .until(() -> stream.messages().contains("was taken for the objective"));
      assertThat(stream.messages()).contains("a backup begins: a recovery would take ");
      JsonNode status = operator.run("status").json();
      String used = status.at("/recovery/backup").asString();
      assertThat(used).isNotEqualTo(first);
      assertThat(operator.answer("show", used).path("kind").asString()).isEqualTo("incremental");
      assertThat(status.at("/recovery/predictedMillis").asLong()).isLessThan(4_000);
      assertThat(status.path("problems").toString()).doesNotContain("a recovery would take ");
      assertThat(stream.stop().json().path("backups").toString()).contains(used);
    }
  }
}
