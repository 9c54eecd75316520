package io.mockupaws.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.store.StoreAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReaderTest {
  private static final String RAW_KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
  private static final String URL = "postgresql://backup:s3cr3t-pw@db:5432/shop";

  @TempDir Path dir;

  private final Map<String, String> environment = new HashMap<>();
  private final Problems problems = new Problems();

  @Test
  void readsTheSampleOfTheContract() throws IOException {
    environment.put("DATABASE_URL", URL);
    environment.put("BACKUP_ENCRYPTION_KEY", RAW_KEY);
    Config config =
        read(
            """
            repository: { stores: [s3://mockupaws-backups-prod], durability: any, spool: /var/lib/mockupaws }
            clusters:   { prod: { url: "${DATABASE_URL}", slot: mockupaws_prod, objectives: { rpo: 5m, rto: 1h } } }
            retention:  { daily: 30d, weekly: 12w, monthly: 12m, yearly: 7y, wal: 7d, minimum: 7 }
            """,
            Need.REPOSITORY,
            Need.SERVER,
            Need.KEY);

    problems.throwIfAny();
    assertThat(config.repository().store())
        .contains(StoreAddress.parse("s3://mockupaws-backups-prod"));
    assertThat(config.repository().durability()).isEqualTo(Durability.ANY);
    assertThat(config.repository().spool()).isEqualTo(Path.of("/var/lib/mockupaws"));
    assertThat(config.cluster()).contains("prod");
    assertThat(config.server().orElseThrow().reveal()).isEqualTo(URL);
    assertThat(config.clusterConfig("prod"))
        .isEqualTo(
            new ClusterConfig(
                "prod",
                StreamChoice.ON,
                "mockupaws_prod",
                Duration.ofMinutes(5),
                Duration.ofHours(1),
                PrimaryDisk.KEEP,
                OptionalLong.empty(),
                DamagedWal.ACKNOWLEDGE,
                Optional.empty()));
    assertThat(config.retention().monthly()).isEqualTo(new Keep(12, ChronoUnit.MONTHS));
    assertThat(config.key()).isPresent();
  }

  @Test
  void readsWhatAnAcknowledgementIsWorth() throws IOException {
    environment.put("DATABASE_URL", URL);
    for (Durability each : Durability.values()) {
      String word = each.name().toLowerCase(Locale.ROOT);
      Config config = read("repository: { durability: " + word + " }", Need.SERVER);
      assertThat(config.repository().durability()).isEqualTo(each);
    }
    problems.throwIfAny();
  }

  @Test
  void readsWhatHappensBehindBrokenWal() throws IOException {
    Config config =
        read(
            "clusters: { prod: { url: postgresql://a@b/c, damaged-wal: hold }, other: {} }",
            Need.SERVER);

    assertThat(config.clusterConfig("prod").damagedWal()).isEqualTo(DamagedWal.HOLD);
    assertThat(config.clusterConfig("other").damagedWal()).isEqualTo(DamagedWal.ACKNOWLEDGE);
    assertThat(config.clusterConfig("unknown").damagedWal()).isEqualTo(DamagedWal.ACKNOWLEDGE);
  }

  @Test
  void readsTheChoiceForTheServersDisk() throws IOException {
    Config config =
        read(
            """
            clusters:
              prod: { url: postgresql://a@b/c, primary-disk: shed, primary-disk-limit: 64GiB }
            """,
            Need.SERVER);

    problems.throwIfAny();
    assertThat(config.clusterConfig("prod").disk()).isEqualTo(PrimaryDisk.SHED);
    assertThat(config.clusterConfig("prod").diskLimit()).hasValue(64L << 30);
    assertThat(config.clusterConfig("other").disk()).isEqualTo(PrimaryDisk.KEEP);
  }

  @Test
  void refusesAnotherChoiceAndLimit() throws IOException {
    read(
        """
        clusters:
          prod: { url: postgresql://a@b/c, primary-disk: maybe, primary-disk-limit: much }
        """,
        Need.SERVER);

    assertThat(lines())
        .containsExactlyInAnyOrder(
            "mockupaws.yaml:2: primary-disk: expected one of keep, shed",
            "mockupaws.yaml:2: primary-disk-limit: expected a size from 1MiB to 1PiB such as"
                + " 512MiB, 64GiB");
  }

  @Test
  void showsAllMistakesAtOnce() throws IOException {
    read(
        """
        repositry:
          stores: [s3://a]
        repository:
          stores: ftp://elsewhere
          durability: [any]
          spool: relative/path
        clusters:
          prod:
            url: "${NOT_SET}"
            objectives: { rpo: soon, rtoo: 1h }
        retention:
          daily: 0d
          minimum: many
        """,
        Need.REPOSITORY,
        Need.SERVER,
        Need.KEY);

    assertThat(lines())
        .containsExactlyInAnyOrder(
            "mockupaws.yaml:2: unknown key repositry; did you mean repository?",
            "mockupaws.yaml:5: repository.durability is a list, expected one of spool, any, all",
            "mockupaws.yaml:10: unknown key clusters.prod.objectives.rtoo; did you mean rto?",
            "mockupaws.yaml:4: A store's address cannot begin with ftp:",
            "mockupaws.yaml:6: repository.spool: expected an absolute path",
            "mockupaws.yaml:10: objectives.rpo: expected a time from 0s to 30d such as 500ms, 5s,"
                + " 5m, 1h",
            "mockupaws.yaml:9: the variable NOT_SET is not set",
            "mockupaws.yaml:12: retention.daily: expected a period such as 30d, 12w, 12m (months),"
                + " 7y",
            "mockupaws.yaml:13: retention.minimum: expected a number from 1 to 100000",
            "BACKUP_ENCRYPTION_KEY: not set: the repository's key (or BACKUP_ENCRYPTION_KEY_FILE,"
                + " BACKUP_ENCRYPTION_KEY_COMMAND, or BACKUP_KMS_KEY); a new one: openssl rand"
                + " -base64 32");
  }

  @Test
  void flagsWinOverEnvironmentOverFile() throws IOException {
    String yaml = "repository: { stores: [\"file:///from-file\"] }\n";
    assertThat(storeOf(yaml)).isEqualTo("file:///from-file");

    environment.put("BACKUP_REPOSITORY", "file:///from-variable");
    assertThat(storeOf(yaml)).isEqualTo("file:///from-variable");

    ConfigRequest request =
        new ConfigRequest(
            Optional.of(file(yaml)),
            Optional.empty(),
            Optional.of("s3://from-flag/x"),
            false,
            Optional.empty(),
            Set.of());
    assertThat(new ConfigReader(environment).read(request, problems).repository().store())
        .contains(StoreAddress.parse("s3://from-flag/x"));
  }

  @Test
  void everySettingWithAVariableIsOverriddenByIt() throws IOException {
    String yaml = "repository: { stores: 'file:///r', spool: /from-file }\n";
    assertThat(read(yaml, Need.REPOSITORY).repository().spool()).isEqualTo(Path.of("/from-file"));

    environment.put("BACKUP_SPOOL_DIR", "/from-variable");
    assertThat(read(yaml, Need.REPOSITORY).repository().spool())
        .isEqualTo(Path.of("/from-variable"));
  }

  @Test
  void onlyMissingSettingsAreTheirOwnError() throws IOException {
    read("", Need.REPOSITORY, Need.SERVER, Need.KEY);

    ConfigurationFailure failure =
        catchThrowableOfType(ConfigurationFailure.class, problems::throwIfAny);
    assertThat(failure.code()).isEqualTo(ErrorCode.MISSING_SETTING);
    assertThat(failure.problems())
        .extracting(Problem::where)
        .containsExactly("BACKUP_REPOSITORY", "DATABASE_URL", "BACKUP_ENCRYPTION_KEY");
    assertThat(failure.what()).startsWith("3 mistakes\n  BACKUP_REPOSITORY: not set");
  }

  @Test
  void noticesAMisspeltVariable() throws IOException {
    environment.put("BACKUP_ENCRYPTON_KEY", RAW_KEY);
    read("", Need.KEY);
    assertThat(lines())
        .singleElement()
        .asString()
        .endsWith("BACKUP_ENCRYPTON_KEY is set: misspelt?");
  }

  @Test
  void aSecondBucketIsASecondStore() throws IOException {
    environment.put("BACKUP_BUCKET", "first-bucket");
    environment.put("BACKUP_SECONDARY_BUCKET", "second-bucket");
    environment.put("BACKUP_SECONDARY_REGION", "eu-central-1");
    assertThat(storesOf(""))
        .containsExactly("s3://first-bucket", "s3://second-bucket?region=eu-central-1");
  }

  @Test
  void severalAddressesAreSeveralStoresEachOnce() throws IOException {
    assertThat(storesOf("repository: { stores: ['file:///a', 's3://bucket', 'file:///a/'] }\n"))
        .containsExactly("file:///a", "s3://bucket");
    environment.put("BACKUP_REPOSITORY", "file:///x, s3://bucket/z,file:///x");
    assertThat(storesOf("")).containsExactly("file:///x", "s3://bucket/z");
  }

  @Test
  void oneStoreInsideAnotherIsRefused() throws IOException {
    environment.put("BACKUP_REPOSITORY", "s3://bucket/x,s3://bucket/x/y");
    read("", Need.REPOSITORY);
    assertThat(lines())
        .containsExactly(
            "BACKUP_REPOSITORY: one store lies inside another one: give each a place of its own");
  }

  @Test
  void theSameBucketTwiceIsOneStore() throws IOException {
    environment.put("BACKUP_BUCKET", "first-bucket");
    environment.put("BACKUP_SECONDARY_BUCKET", "first-bucket");
    environment.put("BACKUP_SECONDARY_REGION", "eu-central-1");
    assertThat(storesOf("")).containsExactly("s3://first-bucket");
  }

  @Test
  void aPasswordInTheFileIsRefused() throws IOException {
    read("clusters: { prod: { url: 'postgresql://u:geheim@h/d' } }\n", Need.SERVER);
    assertThat(lines()).singleElement().asString().contains("a password stands in the file");
    assertThat(lines().toString()).doesNotContain("geheim");
  }

  @Test
  void aRestoreNeedsNoServerEvenWhereTheFileNamesOne() throws IOException {
    Config config =
        read(
            "{ repository: { stores: 'file:///r' }, clusters: { prod: { url: '${DATABASE_URL}' } }"
                + " }",
            Need.REPOSITORY);
    problems.throwIfAny();
    assertThat(config.server()).isEmpty();
    assertThat(config.cluster()).contains("prod");
  }

  @Test
  void oneVariableNeverPointsTwoClustersAtOneServer() throws IOException {
    environment.put("DATABASE_URL", URL);
    environment.put("STAGING_URL", "postgresql://u@staging/shop");
    String yaml =
        """
        clusters:
          prod: { url: "${DATABASE_URL}" }
          staging: { url: "${STAGING_URL}" }
        """;
    Config config =
        new ConfigReader(environment)
            .read(
                new ConfigRequest(
                    Optional.of(file(yaml)),
                    Optional.of("staging"),
                    Optional.empty(),
                    false,
                    Optional.empty(),
                    Set.of(Need.SERVER)),
                problems);
    problems.throwIfAny();
    assertThat(config.server().orElseThrow().reveal()).contains("staging");
  }

  @Test
  void severalClustersNeedTheFlag() throws IOException {
    read("clusters: { prod: { slot: a }, staging: { slot: b } }\n", Need.SERVER);
    assertThat(lines()).containsExactly("--cluster: not given: which of prod, staging?");
  }

  @Test
  void theKeyComesFromAFileOrACommandButOnlyOne() throws IOException {
    Path key = Files.writeString(dir.resolve("key"), RAW_KEY + "\n");
    environment.put("BACKUP_ENCRYPTION_KEY_FILE", key.toString());
    assertThat(read("", Need.KEY).key()).isPresent();

    environment.put("BACKUP_ENCRYPTION_KEY_COMMAND", "cat " + key);
    assertThat(read("", Need.KEY).key()).isEmpty();
    assertThat(lines())
        .contains(
            "BACKUP_ENCRYPTION_KEY_FILE and BACKUP_ENCRYPTION_KEY_COMMAND: only one of them may be"
                + " set");

    environment.remove("BACKUP_ENCRYPTION_KEY_FILE");
    assertThat(read("", Need.KEY).key()).isPresent();
    environment.put("BACKUP_ENCRYPTION_KEY_COMMAND", "exit 3");
    assertThat(read("", Need.KEY).key()).isEmpty();
    assertThat(lines())
        .contains("BACKUP_ENCRYPTION_KEY_COMMAND: the command gave no key (exit status 3)");
  }

  @Test
  void aWeakKeyIsRefusedWithoutShowingIt() throws IOException {
    environment.put("BACKUP_ENCRYPTION_KEY", "hunter2");
    read("", Need.KEY);
    assertThat(lines()).singleElement().asString().contains("at least 16").doesNotContain("hunter");
  }

  @Test
  void brokenYamlSaysTheLineAndNothingOfTheText() throws IOException {
    ConfigurationFailure failure =
        catchThrowableOfType(
            ConfigurationFailure.class,
            () -> read("a: b\nclusters: { prod: [ geheim\n", Need.REPOSITORY));
    assertThat(failure.what().replace(dir + "/", ""))
        .startsWith("mockupaws.yaml:2: is not YAML: ")
        .doesNotContain("geheim");
  }

  private List<String> storesOf(String yaml) throws IOException {
    Config config = read(yaml, Need.REPOSITORY);
    problems.throwIfAny();
    return config.repository().stores().stream().map(StoreAddress::text).toList();
  }

  private String storeOf(String yaml) throws IOException {
    return read(yaml, Need.REPOSITORY).repository().store().orElseThrow().text();
  }

  private Path file(String yaml) throws IOException {
    return Files.writeString(dir.resolve("mockupaws.yaml"), yaml);
  }

  private Config read(String yaml, Need first, Need... more) throws IOException {
    ConfigRequest plain = ConfigRequest.of(first, more);
    ConfigRequest request =
        new ConfigRequest(
            Optional.of(file(yaml)),
            plain.cluster(),
            plain.repository(),
            plain.noEncryption(),
            plain.maxRate(),
            plain.needs());
    return new ConfigReader(environment).read(request, problems);
  }

  /** The mistakes, without the directory of the test. */
  private List<String> lines() {
    ConfigurationFailure failure =
        catchThrowableOfType(ConfigurationFailure.class, problems::throwIfAny);
    return failure.problems().stream().map(p -> p.toString().replace(dir + "/", "")).toList();
  }
}
