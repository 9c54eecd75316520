package io.mockupaws.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.app.cli.TestProgram.Result;
import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.journal.Life;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.StoreAddress;
import io.mockupaws.store.StoreOptions;
import io.mockupaws.store.Stores;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two clusters with one system identifier: a server's life tells which is its. */
class ClusterByLifeTest {
  private static final Life.Answer SAME = new Life.Same();
  private static final Life.Answer UNKNOWN = new Life.Unknown("nothing to compare");
  private static final Life.Answer OTHER =
      new Life.Other(new Failure(ErrorCode.OTHER_LIFE, "it differs", "go"));

  @TempDir private Path dir;
  private String repository = "";

  @BeforeEach
  void twoOfOneSystem() {
    repository = SampleRepository.create(dir.resolve("r"), "shop", "foreign");
    try (Repository opened =
        Repository.open(
            Stores.open(StoreAddress.parse(repository), StoreOptions.none()),
            Optional.of(Secret.of(SampleRepository.KEY)),
            new SecureRandom())) {
      opened.createCluster(new ClusterIdentity("copy", 7_000, 15, 16 << 20, TestProgram.NOW));
    }
  }

  @Test
  void theOneWhoseLifeItLives() {
    assertThat(list(OTHER, SAME).out()).contains("cluster copy");
    assertThat(list(SAME, OTHER).out()).contains("cluster shop");
    assertThat(list(SAME, UNKNOWN).out()).contains("cluster shop");
  }

  @Test
  void theOneWithoutWalWhereItCannotBeTheOther() {
    assertThat(list(OTHER, UNKNOWN).out()).contains("cluster copy");
  }

  @Test
  void neverOneOfSeveralThatItMayBe() {
    assertAmbiguous(list(UNKNOWN, UNKNOWN), "may be each of copy, shop");
    assertAmbiguous(list(SAME, SAME), "may be each of copy, shop");
    assertAmbiguous(list(OTHER, OTHER), "the WAL of none of them");
  }

  @Test
  void aNameSaysIt() {
    assertThat(program(OTHER, OTHER).run("list", "--cluster", "shop").out())
        .contains("cluster shop");
  }

  @Test
  void namesThatContradictEachOtherAreRefused() {
    Result both = program(SAME, OTHER).run("stream", "--cluster", "shop", "--as", "copy");
    assertThat(both.status()).isEqualTo(2);
    assertThat(both.err()).contains("--cluster shop and --as copy name two clusters");
    Result bad = program(SAME, OTHER).run("backup", "--as", "a/b");
    assertThat(bad.status()).isEqualTo(2);
    assertThat(bad.err()).contains("a cluster cannot be named so");
  }

  private Result list(Life.Answer shop, Life.Answer copy) {
    return program(shop, copy).run("list");
  }

  private TestProgram program(Life.Answer shop, Life.Answer copy) {
    return new TestProgram()
        .with("BACKUP_REPOSITORY", repository)
        .with("BACKUP_ENCRYPTION_KEY", SampleRepository.KEY)
        .with("DATABASE_URL", "postgresql://u@h/d")
        .with("BACKUP_SPOOL_DIR", dir.resolve("spool").toString())
        .reaching(7_000)
        .living("shop", shop)
        .living("copy", copy);
  }

  private static void assertAmbiguous(Result result, String why) {
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("MAW106", why, "--as");
  }
}
