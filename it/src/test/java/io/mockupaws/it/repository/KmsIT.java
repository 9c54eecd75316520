package io.mockupaws.it.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.crypto.Kms;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.it.support.KmsStandIn;
import io.mockupaws.it.support.Listing;
import io.mockupaws.it.support.Outcome;
import io.mockupaws.it.support.Program;
import io.mockupaws.it.support.Protection;
import io.mockupaws.it.support.RunningProgram;
import io.mockupaws.it.support.Vault;
import io.mockupaws.store.kms.AwsKms;
import io.mockupaws.store.kms.KmsAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A key of AWS KMS opens the repository, through the SDK and by the real program. */
class KmsIT {
  private static final HostUser OPERATOR = HostUser.named("nobody").orElseThrow();
  private static final Map<String, String> CONTEXT = Map.of("mockupaws:slot", "one");

  private final KmsStandIn standIn = KmsStandIn.start();
  private final String key = standIn.newKey("backups");

  @AfterEach
  void end() {
    standIn.close();
  }

  /** The credentials come from properties, which the SDK looks at as it does at the environment. */
  private AwsKms client(String accessKey) {
    System.setProperty("aws.accessKeyId", accessKey);
    System.setProperty("aws.secretAccessKey", "a secret access key");
    return AwsKms.open(
        KmsAddress.of(key, standIn.environment()), Duration.ofSeconds(1), Duration.ofSeconds(2));
  }

  private static void assertCode(Runnable action, ErrorCode code) {
    assertThatThrownBy(action::run)
        .isInstanceOfSatisfying(Failure.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void everyAnswerOfTheServiceIsToldApart() {
    String accessKey = KmsStandIn.ACCESS_KEY;
    try (AwsKms kms = client(accessKey)) {
      Kms.DataKey made = kms.generate(KmsStandIn.alias("backups"), CONTEXT);
      assertThat(made.name()).isEqualTo(key).isEqualTo(kms.nameOf(KmsStandIn.alias("backups")));
      assertThat(kms.open(key, made.sealed(), CONTEXT))
          .isInstanceOfSatisfying(
              Kms.Opening.Opened.class, one -> assertThat(one.plain()).isEqualTo(made.plain()));
      assertThat(kms.open(key, made.sealed(), Map.of("mockupaws:slot", "two")))
          .isInstanceOf(Kms.Opening.NotGenuine.class);
      assertThat(kms.open(standIn.newKey("other"), made.sealed(), CONTEXT))
          .isInstanceOf(Kms.Opening.OtherKey.class);
      assertCode(() -> kms.nameOf(KmsStandIn.alias("none")), ErrorCode.KMS_NO_KEY);
      for (String state : new String[] {"Disabled", "PendingDeletion"}) {
        standIn.state(key, state);
        assertCode(() -> kms.nameOf(key), ErrorCode.KMS_KEY_UNUSABLE);
        assertCode(() -> kms.open(key, made.sealed(), CONTEXT), ErrorCode.KMS_KEY_UNUSABLE);
      }
      standIn.state(key, "Enabled");
      standIn.deny(Optional.of("Decrypt"));
      assertCode(() -> kms.open(key, made.sealed(), CONTEXT), ErrorCode.KMS_DENIED);
      standIn.silence(true);
      assertCode(() -> kms.nameOf(key), ErrorCode.KMS_UNREACHABLE);
      standIn.close();
      assertCode(() -> kms.nameOf(key), ErrorCode.KMS_UNREACHABLE);
    }
  }

  @Test
  void wrongCredentialsAreNoRefusal() {
    try (AwsKms kms = client("AKIDSOMEBODY")) {
      assertCode(() -> kms.nameOf(key), ErrorCode.KMS_CREDENTIALS);
    }
  }

  /** A secret gives way to the KMS while a stream runs and a backup is taken, and back again. */
  @Test
  void theProgramGoesOverToTheKmsAndBack() {
    try (EmbeddedPostgres server =
            EmbeddedPostgres.builder(18).setting("wal_level", "replica").start();
        Vault vault = Vault.directory(OPERATOR);
        Protection protection =
            new Protection(
                server.login(), "postgres", vault, OPERATOR, server.binaries().folder())) {
      Program operator = protection.operator().with(standIn.environment());
      String secret = Objects.requireNonNull(vault.environment().get("BACKUP_ENCRYPTION_KEY"));
      protection.initialise("prod");
      RunningProgram stream = protection.stream();
      operator.answer("backup");
      RunningProgram backup = operator.start("backup", "--kind", "full");
      JsonNode rotated = operator.answer("keys", "rotate", "--kms-key", key);
      assertThat(rotated.path("kind").asString()).isEqualTo("kms");
      assertThat(backup.await().status()).isZero();
      operator.answer("keys", "rotate", "--kms-key", KmsStandIn.alias("backups"), "--retire");
      assertThat(operator.run("list").errorCode()).isEqualTo("MAW302");

      operator.without("BACKUP_ENCRYPTION_KEY").with("BACKUP_KMS_KEY", KmsStandIn.alias("backups"));
      operator.answer("backup");
      protection.awaitDurable(stream);
      assertThat(stream.stop().status()).isZero();
      assertThat(operator.answer("verify", "--all", "--depth", "read").path("verdict").asString())
          .isEqualTo("whole");
      JsonNode keys = operator.answer("keys", "list");
      assertThat(keys.path("keys").get(0).path("kmsKey").asString()).isEqualTo(key);
      assertThat(
              operator
                  .run("keys", "rotate", "--kms-key", standIn.newKey("next"), "--dry-run")
                  .status())
          .isZero();
      refusals(operator, vault);

      operator.with("BACKUP_NEW_ENCRYPTION_KEY", secret);
      operator.answer("keys", "rotate", "--retire");
      assertThat(operator.run("list").errorCode()).isEqualTo("MAW302");
      operator.without("BACKUP_KMS_KEY").with("BACKUP_ENCRYPTION_KEY", secret);
      assertThat(operator.answer("list").path("backups").size()).isEqualTo(3);
    }
  }

  private void refusals(Program operator, Vault vault) {
    Listing before = vault.listing();
    standIn.state(key, "PendingDeletion");
    assertThat(operator.run("list").errorCode()).isEqualTo("MAW313");
    standIn.state(key, "Enabled");
    standIn.deny(Optional.of("Decrypt"));
    Outcome denied = operator.run("list");
    assertThat(denied.errorCode()).isEqualTo("MAW312");
    assertThat(denied.err()).contains("kms:Decrypt");
    standIn.deny(Optional.of("GenerateDataKey"));
    assertThat(operator.run("keys", "rotate", "--kms-key", standIn.newKey("x")).errorCode())
        .isEqualTo("MAW312");
    standIn.deny(Optional.empty());
    Outcome none = operator.run("keys", "rotate", "--kms-key", KmsStandIn.alias("none"));
    assertThat(none.errorCode()).isEqualTo("MAW314");
    assertThat(none.status()).isEqualTo(2);
    assertThat(operator.run("keys", "rotate", "--kms-key", "sesame").status()).isEqualTo(2);
    assertThat(before.differencesOf(vault.listing())).isEmpty();
  }
}
