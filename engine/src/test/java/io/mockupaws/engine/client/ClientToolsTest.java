package io.mockupaws.engine.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions far from any that this host has. */
class ClientToolsTest {
  @TempDir private Path dir;

  private Path programs(String version, String... names) throws IOException {
    for (String name : names) {
      Path program = dir.resolve(name);
      Files.writeString(program, "#!/bin/sh\necho '" + name + " (PostgreSQL) " + version + "'\n");
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }
    return dir;
  }

  @Test
  void fromTheSourcesVersionToTheDestinations() throws IOException {
    Optional<Path> given = Optional.of(programs("43.2", "pg_dump", "pg_restore", "psql"));
    assertThat(ClientTools.find(given, 43, 43).version()).isEqualTo("43.2");
    assertThat(ClientTools.find(given, 42, 44).directory()).isEqualTo(dir);
    assertRefused(given, 44, 45, "of PostgreSQL 44 to 45 are not on this host");
    assertRefused(given, 42, 42, "43.2 in " + dir);
  }

  @Test
  void onlyWholeSetsCount() throws IOException {
    Optional<Path> given = Optional.of(programs("43.2", "pg_dump", "psql"));
    assertRefused(given, 43, 43, "of PostgreSQL 43 are not on this host");
  }

  @Test
  void theNewestReadsWhatAnybodyWrote() throws IOException {
    Optional<Path> given = Optional.of(programs("43.2", "pg_dump", "pg_restore", "psql"));
    assertThat(ClientTools.newest(given).version()).isEqualTo("43.2");
  }

  @Test
  void since17WhatIsWrittenIsForServersThatKnowItsSettings() {
    assertThat(ClientTools.writesForNewerAlone(17, 15)).isTrue();
    assertThat(ClientTools.writesForNewerAlone(18, 16)).isTrue();
    assertThat(ClientTools.writesForNewerAlone(18, 17)).isFalse();
    assertThat(ClientTools.writesForNewerAlone(16, 15)).isFalse();
  }

  private static void assertRefused(Optional<Path> given, int from, int to, String words) {
    assertThatThrownBy(() -> ClientTools.find(given, from, to))
        .isInstanceOfSatisfying(
            Failure.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.NO_CLIENT_TOOLS);
              assertThat(e.what()).contains(words);
            });
  }
}
