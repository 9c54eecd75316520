package io.mockupaws.app.cli;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.BackupKind;
import io.mockupaws.core.format.CorruptPage;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.format.ManifestLog;
import io.mockupaws.core.format.TablespaceEntry;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.StoreAddress;
import io.mockupaws.store.StoreOptions;
import io.mockupaws.store.Stores;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A repository on disk with clusters and manifests, as commands that need no server meet it. */
final class SampleRepository {
  static final String KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
  static final String FIRST = "20260407T020000Z-full-1a2b";
  static final String SECOND = "20260407T145500Z-full-3c4d";

  private SampleRepository() {}

  /** Makes it in that directory with the clusters of these names; the first has two backups. */
  static String create(Path directory, String... clusters) {
    String address = "file://" + directory;
    try (Repository repository =
        Repository.create(
            Stores.create(StoreAddress.parse(address), StoreOptions.none()),
            Optional.of(Secret.of(KEY)),
            new SecureRandom())) {
      for (int i = 0; i < clusters.length; i++) {
        ClusterRepository cluster =
            repository.createCluster(
                new ClusterIdentity(
                    clusters[i], 7_000 + i, 15, 16 << 20, Instant.parse("2026-04-01T00:00:00Z")));
        if (i == 0) {
          commit(cluster, FIRST, "2026-04-07T02:00:00Z", "2026-04-07T02:01:30Z", List.of());
          CorruptPage page =
              new CorruptPage("base/5/16384", 7, "public.t", "its checksum is wrong");
          commit(cluster, SECOND, "2026-04-07T14:55:00Z", "2026-04-07T14:56:00Z", List.of(page));
        }
      }
    }
    return address;
  }

  private static void commit(
      ClusterRepository cluster, String id, String from, String to, List<CorruptPage> pages) {
    try (ManifestLog log = new ManifestLog()) {
      ManifestHead head =
          new ManifestHead(
              new BackupId(id),
              BackupKind.FULL,
              cluster.identity().name(),
              cluster.identity().systemIdentifier(),
              150_018,
              new Timeline(1),
              Lsn.parse("0/3000028"),
              Lsn.parse("0/3000100"),
              Instant.parse(from),
              Instant.parse(to),
              16 << 20,
              8192,
              true,
              "START WAL LOCATION: 0/3000028 (file 000000010000000000000003)\n",
              false,
              "sql",
              "/var/lib/postgresql/15/main",
              0700,
              Map.of("TimeZone", "UTC"),
              List.of(new TablespaceEntry(16_400, "fast", "/mnt/fast")),
              1266,
              44_000_000,
              9_200_000,
              pages);
      cluster.commit(head, List.of(), log);
    }
  }
}
