package io.mockupaws.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.app.config.Config;
import io.mockupaws.app.config.ConfigReader;
import io.mockupaws.app.config.ConfigRequest;
import io.mockupaws.app.config.Need;
import io.mockupaws.app.config.Problems;
import io.mockupaws.core.crypto.Secret;
import io.mockupaws.engine.journal.JournalSettings;
import io.mockupaws.engine.journal.JournalSettings.Durability;
import io.mockupaws.engine.journal.PrimaryDiskPolicy;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.StoreAddress;
import io.mockupaws.store.StoreOptions;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the operator's file says reaches the stream. */
class StreamSettingTest {
  @TempDir Path folder;

  @Test
  void theFileDecidesWhatAnAcknowledgementIsWorth() throws IOException {
    assertThat(settings("").durability()).isEqualTo(Durability.ANY);
    assertThat(settings("durability: spool,").durability()).isEqualTo(Durability.SPOOL);
    assertThat(settings("durability: any,").durability()).isEqualTo(Durability.ANY);
    assertThat(settings("durability: all,").durability()).isEqualTo(Durability.ALL);
  }

  @Test
  void theFileDecidesForWhomTheDiskIs() throws IOException {
    JournalSettings settings = settings("tail: 3s,");
    assertThat(settings.tailInterval()).isEqualTo(Duration.ofMillis(1500));
    assertThat(settings.spool()).isEqualTo(folder.resolve("spool"));
    assertThat(settings.slot()).isEqualTo("of_ours");
    assertThat(settings.primaryDisk().choice()).isEqualTo(PrimaryDiskPolicy.Choice.SHED);
    assertThat(settings.primaryDisk().limit()).hasValue(64L << 20);
  }

  private JournalSettings settings(String repository) throws IOException {
    Path file = folder.resolve("mockupaws.yaml");
    Files.writeString(
        file,
        """
        repository: { %s spool: %s }
        clusters: { shop: { slot: of_ours, primary-disk: shed, primary-disk-limit: 64MiB } }
        """
            .formatted(repository, folder.resolve("spool")));
    String address = "file://" + folder.resolve("repository");
    Problems problems = new Problems();
    Config config =
        new ConfigReader(
                Map.of(
                    "MOCKUPAWS_CONFIG",
                    file.toString(),
                    "BACKUP_REPOSITORY",
                    address,
                    "BACKUP_ENCRYPTION_KEY",
                    SampleRepository.KEY))
            .read(ConfigRequest.of(Need.REPOSITORY), problems);
    problems.throwIfAny();
    if (Files.notExists(folder.resolve("repository"))) {
      SampleRepository.create(folder.resolve("repository"), "shop");
    }
    Repository opened =
        Repository.open(
            Stores.open(StoreAddress.parse(address), StoreOptions.none()),
            Optional.of(Secret.of(SampleRepository.KEY)),
            new SecureRandom());
    try (OpenCluster open = new OpenCluster(opened, opened.cluster("shop"))) {
      return new StreamSetting(new TestProgram(), config, open).journal();
    }
  }
}
