package io.mockupaws.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SettingsTest {

  /** A changed default changes what installed systems do: this list changes only on purpose. */
  @Test
  void pinsKeysVariablesAndDefaults() {
    List<String> lines =
        Settings.all().stream()
            .map(s -> s.key() + " " + s.variables() + " " + s.fallback().orElse("-"))
            .toList();

    assertThat(lines)
        .containsExactly(
            "repository.stores [BACKUP_REPOSITORY, BACKUP_BUCKET] -",
            "repository.durability [] any",
            "repository.spool [BACKUP_SPOOL_DIR] -",
            "repository.encryption [] aes-256-gcm",
            "repository.kms-key [BACKUP_KMS_KEY] -",
            "repository.tail [] 1s",
            "repository.max-rate [] -",
            "repository.quota [] -",
            "clusters.*.url [BACKUP_DATABASE_URL, DATABASE_URL] -",
            "clusters.*.stream [] on",
            "clusters.*.slot [] -",
            "clusters.*.max-read-rate [] -",
            "clusters.*.objectives.rpo [] 5m",
            "clusters.*.objectives.rto [] 1h",
            "clusters.*.primary-disk [] keep",
            "clusters.*.primary-disk-limit [] -",
            "clusters.*.damaged-wal [] acknowledge",
            "retention.daily [BACKUP_RETENTION_DAYS] 30d",
            "retention.weekly [] 12w",
            "retention.monthly [] 12m",
            "retention.yearly [] 7y",
            "retention.wal [] 7d",
            "retention.minimum [] 7",
            "schedule.physical [] 0 2 * * *",
            "schedule.logical [] 0 2 * * *",
            "schedule.config [] 0 3 * * 0",
            "schedule.cleanup [] 0 4 * * *",
            "serve.listen [] 127.0.0.1",
            "serve.port [] 8000",
            "serve.look [] 60s");
  }

  @Test
  void everySettingHasHelp() {
    assertThat(Settings.all()).allSatisfy(s -> assertThat(s.help()).isNotBlank());
    assertThat(Settings.all().stream().map(Setting::key).collect(Collectors.toSet()))
        .hasSameSizeAs(Settings.all());
  }
}
