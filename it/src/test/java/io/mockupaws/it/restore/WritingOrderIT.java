package io.mockupaws.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.engine.backup.BackupProgress;
import io.mockupaws.engine.backup.BackupRequest;
import io.mockupaws.engine.backup.BackupRequest.Kind;
import io.mockupaws.engine.backup.BackupRequest.Reading;
import io.mockupaws.engine.backup.BackupResult;
import io.mockupaws.store.CreateOutcome;
import io.mockupaws.store.ForwardingStore;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import io.mockupaws.store.Upload;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** With its manifest a backup exists: everything that it names is in the store by then. */
class WritingOrderIT {
  @Test
  void packsAreThereBeforeTheirManifestIsBegun() {
    Witness store = new Witness(Stores.inMemory());
    try (EmbeddedPostgres live = ProtectedCluster.server(15);
        ProtectedCluster cluster = new ProtectedCluster(live.login(), store)) {
      for (Kind kind : new Kind[] {Kind.FULL, Kind.INCREMENTAL}) {
        live.run("CREATE TABLE of_" + kind + " AS SELECT generate_series(1, 50000) i");
        BackupRequest manyPacks =
            new BackupRequest(kind, Reading.SQL, 3, OptionalLong.empty(), true, true, 256 << 10);
        BackupResult taken = cluster.backup(manyPacks, BackupProgress.none());
        Map<String, Long> named = new TreeMap<>();
        cluster.repository().manifest(taken.id()).packs().forEach(pack -> put(named, pack));
        assertThat(named).as("%s", kind).hasSizeGreaterThan(3);
        assertThat(store.seen).as("%s", kind).containsAllEntriesOf(named);
      }
    }
  }

  private static void put(Map<String, Long> named, PackTable pack) {
    named.put(pack.key().value(), pack.size());
  }

  /** Looks what is there whenever a manifest is begun. */
  private static final class Witness extends ForwardingStore {
    private Map<String, Long> seen = Map.of();

    Witness(Store store) {
      super(store);
    }

    private void look(ObjectKey key) {
      if (key.value().contains("/backups/")) {
        Map<String, Long> there = new TreeMap<>();
        forEach("", "", object -> there.put(object.key().value(), object.size()));
        seen = there;
      }
    }

    @Override
    public CreateOutcome create(ObjectKey key, byte[] content) {
      look(key);
      return super.create(key, content);
    }

    @Override
    public Upload upload(ObjectKey key) {
      look(key);
      return super.upload(key);
    }
  }
}
