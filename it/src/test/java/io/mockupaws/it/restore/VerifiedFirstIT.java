package io.mockupaws.it.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.ColdFront;
import io.mockupaws.it.support.Outcome;
import io.mockupaws.it.support.RunningProgram;
import io.mockupaws.it.support.Vault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading a backup takes hours, in which the server goes on: that comes back too. */
class VerifiedFirstIT {
  private static final String ENDPOINT = "AWS_ENDPOINT_URL_S3";

  @TempDir private Path folder;

  private final Vault vault = Vault.bucket();
  private final ColdFront front =
      new ColdFront(URI.create(Objects.requireNonNull(vault.environment().get(ENDPOINT))));
  private LogicalFixture fixture;

  @BeforeEach
  void aBackupAndAnEmptyDatabase() {
    fixture = new LogicalFixture(vault);
    fixture.operator().with(ENDPOINT, front.endpoint());
    fixture.operator().answer("backup", "--kind", "full");
    fixture.database("back");
    fixture.admin().sql(Shop.NAME).run("CREATE TABLE late (i int)").close();
    fixture.operator().answer("stream", "--once");
  }

  @AfterEach
  void end() {
    front.close();
    fixture.close();
  }

  @Test
  void intoADirectory() {
    whileItIsRead("--to-dir", folder.resolve("pg").toString());
  }

  @Test
  void intoADatabase() {
    fixture.operator().with("BACK", fixture.admin().url("back"));
    whileItIsRead("--to-database", "${BACK}", "--database", Shop.NAME, "--target-time", "now");
    assertThat(fixture.count("back", "SELECT count(*) FROM late")).isEqualTo(1);
  }

  /** A commit that is made meanwhile comes back. */
  private void whileItIsRead(String... destination) {
    List<String> command = new ArrayList<>(List.of("restore", "--verify-first", "--skip", "space"));
    command.addAll(List.of(destination));
    front.hold("/packs/");
    RunningProgram restore = fixture.operator().start(command.toArray(String[]::new));
    await().atMost(Duration.ofMinutes(2)).until(() -> front.waiting() > 0 || !restore.isRunning());
    String xid;
    try (Sql sql = fixture.admin().sql(Shop.NAME)) {
      sql.run("INSERT INTO late VALUES (1)");
      xid = sql.value("SELECT xmin FROM late");
    }
    fixture.operator().answer("stream", "--once");
    front.release();
    Outcome done = restore.await();
    assertThat(done.status()).as(done.told()).isZero();
    // the server itself may commit as well, an ANALYZE for example
    assertThat(done.json().path("lastCommitXid").asLong())
        .as(done.told())
        .isGreaterThanOrEqualTo(Long.parseLong(xid));
  }
}
