package io.mockupaws.it.backup;

import io.mockupaws.engine.backup.BackupProgress;
import io.mockupaws.engine.backup.BackupRequest;
import io.mockupaws.engine.backup.Backups;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.StoreAddress;
import io.mockupaws.store.StoreOptions;
import io.mockupaws.store.Stores;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A process of its own that takes backups until it is killed. */
final class KilledBackup {
  private KilledBackup() {}

  /** Starts one, which writes to a repository that exists. */
  static Process start(String url, StoreAddress repository) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                KilledBackup.class.getName()));
    builder.environment().putAll(Map.of("URL", url, "REPOSITORY", repository.toString()));
    return builder.redirectErrorStream(true).redirectOutput(new File("/dev/null")).start();
  }

  /** Commits nothing: the WAL it waits for never comes. */
  public static void main(String[] arguments) {
    StoreAddress address = StoreAddress.parse(System.getenv("REPOSITORY"));
    ClusterRepository cluster =
        Repository.open(
                Stores.open(address, StoreOptions.none()), Optional.empty(), new SecureRandom())
            .cluster("bench");
    ServerAddress server = ServerAddress.parse(System.getenv("URL"), Map.of());
    new Backups(cluster, server, new SecureRandom())
        .take(BackupRequest.usual(), Bench.NEVER_DURABLE, BackupProgress.none());
  }
}
