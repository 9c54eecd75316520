package io.mockupaws.it.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mockupaws.it.support.ColdFront;
import io.mockupaws.it.support.Outcome;
import io.mockupaws.it.support.RunningProgram;
import io.mockupaws.it.support.Vault;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What lies in GLACIER comes back once it is thawed, and nothing is touched before. */
class ThawIT {
  private static final String ENDPOINT = "AWS_ENDPOINT_URL_S3";

  @TempDir private Path folder;

  private final Vault vault = Vault.bucket();
  private final ColdFront front =
      new ColdFront(URI.create(Objects.requireNonNull(vault.environment().get(ENDPOINT))));
  private LogicalFixture fixture;

  @BeforeEach
  void aShopInABucket() {
    fixture = new LogicalFixture(vault);
    fixture.operator().with(ENDPOINT, front.endpoint());
  }

  @AfterEach
  void end() {
    front.close();
    fixture.close();
  }

  private List<String> objects(String part) throws IOException {
    Path bucket = Objects.requireNonNull(vault.objects().getParent());
    try (Stream<Path> files = Files.walk(bucket)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> bucket.relativize(file).toString())
          .filter(key -> key.contains(part) && !key.endsWith(".sidecar"))
          .toList();
    }
  }

  @Test
  void aFrozenBackupIsRefusedWithItsPriceAndThawedWhenThatIsAsked() throws IOException {
    String url = fixture.admin().url(Shop.NAME);
    fixture.operator().with("DATABASE_URL", url).answer("backup", "--kind", "full");
    List<String> packs = objects("/packs/");
    assertThat(packs).isNotEmpty();
    front.freeze(packs, "GLACIER");
    assertThat(fixture.operator().answer("list").at("/backups/0/tier").asString())
        .isEqualTo("GLACIER");
    Path target = folder.resolve("restored");
    List<String> command = List.of("restore", "--to-dir", target.toString(), "--skip", "space");

    JsonNode planned = fixture.operator().answer(with(command, "--dry-run", "--thaw=bulk"));
    assertThat(planned.at("/frozen/objects").asInt()).isEqualTo(packs.size());
    assertThat(planned.at("/frozen/classes").get(0).asString()).isEqualTo("GLACIER");
    assertThat(planned.at("/frozen/longestMillis").asLong())
        .isEqualTo(Duration.ofHours(12).toMillis());
    assertThat(front.thaws()).as("a dry run").isEmpty();

    Outcome refused = fixture.operator().run(with(command));
    assertThat(refused.status()).as(refused.told()).isEqualTo(1);
    assertThat(refused.err()).contains("MAW207").contains("--thaw").contains("dollars");
    assertThat(front.thaws()).isEmpty();
    assertThat(target).doesNotExist();

    RunningProgram waiting = fixture.operator().start(with(command, "--thaw"));
    await().atMost(Duration.ofMinutes(2)).until(() -> front.thaws().size() == packs.size());
    Outcome stopped = waiting.interrupt();
    assertThat(stopped.status()).as(stopped.told()).isNotZero();
    assertThat(stopped.err()).contains("goes on waiting");
    assertThat(front.thaws()).allMatch(request -> request.contains("<Tier>Standard</Tier>"));
    assertThat(target).doesNotExist();

    front.thawWhatWasAskedFor();
    fixture.operator().answer(with(command, "--thaw"));
    assertThat(front.thaws()).as("nothing is asked for twice").hasSameSizeAs(packs);
    assertThat(target.resolve("global/pg_control")).exists();
  }

  @Test
  void aFrozenDumpIsRefusedAndThawedToo() throws IOException {
    fixture.operator().answer("backup", "--kind", "logical");
    List<String> dumps = objects("/full/");
    assertThat(dumps).hasSize(1);
    front.freeze(dumps, "DEEP_ARCHIVE");
    assertThat(fixture.operator().answer("list").at("/logical/0/tier").asString())
        .isEqualTo("DEEP_ARCHIVE");
    List<String> command = List.of("restore", "latest", "--verify-only");

    Outcome refused = fixture.operator().run(with(command));
    assertThat(refused.status()).as(refused.told()).isEqualTo(1);
    assertThat(refused.err()).contains("MAW207").contains("DEEP_ARCHIVE");
    Outcome tooFast = fixture.operator().run(with(command, "--thaw=expedited"));
    assertThat(tooFast.status()).as(tooFast.told()).isEqualTo(2);
    fixture.operator().with("SHOP", fixture.admin().url(Shop.NAME));
    Outcome occupied =
        fixture.operator().run("restore", "latest", "--to-database", "${SHOP}", "--thaw");
    assertThat(occupied.errorCode()).as(occupied.told()).isEqualTo("MAW600");
    assertThat(front.thaws()).isEmpty();

    front.thawWhatWasAskedFor();
    fixture.operator().answer(with(command, "--thaw=bulk"));
    assertThat(front.thaws()).hasSize(1);
    assertThat(front.thaws().getFirst()).contains("<Tier>Bulk</Tier>");
  }

  private static String[] with(List<String> command, String... more) {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }
}
