package io.mockupaws.engine.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.journal.JournalSettings;
import io.mockupaws.engine.journal.Salvages;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreAddress;
import io.mockupaws.store.StoreOptions;
import io.mockupaws.store.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a restore reads is not emptied by it. */
class OccupantsTest {
  @TempDir Path folder;

  @Test
  void aDirectoryWithAnyOfSeveralStoresIsRefused() throws IOException {
    try (Store both =
        Stores.create(List.of(place("far/a"), place("target/deep/b")), StoreOptions.none())) {
      ClusterRepository cluster = cluster(both);
      assertRefused(cluster, Map.of(), "the repository");
    }
  }

  @Test
  void aDirectoryWithWhatIsReadBesideIsRefused() throws IOException {
    Path archive = Files.createDirectories(folder.resolve("target/archive"));
    try (Store store = Stores.inMemory()) {
      assertRefused(cluster(store), Map.of(archive, "the WAL source"), "the WAL source");
    }
  }

  private StoreAddress place(String name) throws IOException {
    return StoreAddress.parse("file://" + Files.createDirectories(folder.resolve(name)));
  }

  private void assertRefused(ClusterRepository cluster, Map<Path, String> used, String why) {
    Path target = folder.resolve("target");
    Salvages salvages =
        new Salvages(
            "r",
            cluster,
            JournalSettings.of(folder.resolve("spool"), "slot"),
            InstantSource.system());
    Occupants occupants = new Occupants(cluster, Optional.of(salvages), used);
    RestoreRequest request =
        RestoreRequest.to(target, Instant.EPOCH)
            .withPlacement(Placement.inside().over(Occupied.FORCE));
    assertThatThrownBy(() -> occupants.look(Destination.examineOccupied(target), request))
        .isInstanceOfSatisfying(
            Failure.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.TARGET_UNSAFE);
              assertThat(e.what()).contains(why);
            });
  }

  private static ClusterRepository cluster(Store store) {
    return Repository.create(store, Optional.empty(), new SecureRandom())
        .createCluster(new ClusterIdentity("c", 7, 15, 1 << 20, Instant.EPOCH));
  }
}
