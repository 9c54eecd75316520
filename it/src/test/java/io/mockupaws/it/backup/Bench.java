package io.mockupaws.it.backup;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.DirectoryEntry;
import io.mockupaws.core.format.FileEntry;
import io.mockupaws.core.format.ManifestVisitor;
import io.mockupaws.engine.backup.BackupProgress;
import io.mockupaws.engine.backup.BackupRequest;
import io.mockupaws.engine.backup.BackupRequest.Reading;
import io.mockupaws.engine.backup.BackupResult;
import io.mockupaws.engine.backup.BackupSpan;
import io.mockupaws.engine.backup.Backups;
import io.mockupaws.engine.backup.DurableWal;
import io.mockupaws.engine.backup.JournalWal;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.cluster.ServerFacts;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.journal.JournalSettings;
import io.mockupaws.engine.journal.JournalStream;
import io.mockupaws.engine.journal.PgWalServer;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Takes backups of one server into a repository of its own, with a journal that is always well. */
final class Bench {
  static final DurableWal DURABLE = new Wal(true);
  static final DurableWal NEVER_DURABLE = new Wal(false);

  private static final String ID = "bench";
  private static final String SLOT = "bench";

  private record Wal(boolean durable) implements DurableWal {
    @Override
    public void check() {}

    @Override
    public boolean isDurable(BackupSpan backup) {
      return durable;
    }
  }

  private final ServerAddress address;
  private final ClusterRepository cluster;

  private Bench(ServerAddress address, ClusterRepository cluster) {
    this.address = address;
    this.cluster = cluster;
  }

  /** In memory. */
  static Bench of(String url) {
    return of(url, Stores.inMemory());
  }

  /** A new repository in that store. */
  static Bench of(String url, Store store) {
    ServerAddress address = ServerAddress.parse(url, Map.of());
    ServerFacts facts;
    try (ServerSession session = ServerSession.open(address)) {
      facts = ServerFacts.read(session);
    }
    ClusterIdentity identity =
        new ClusterIdentity(
            "bench",
            facts.systemIdentifier(),
            facts.major(),
            facts.walSegmentSize(),
            Instant.EPOCH);
    Repository repository = Repository.create(store, Optional.empty(), new SecureRandom());
    return new Bench(address, repository.createCluster(identity));
  }

  /** The same repository for another login or server. */
  Bench at(String url) {
    return new Bench(ServerAddress.parse(url, Map.of()), cluster);
  }

  ClusterRepository cluster() {
    return cluster;
  }

  ServerAddress address() {
    return address;
  }

  Backups backups() {
    return new Backups(cluster, address, new SecureRandom());
  }

  /** A stream of this server into the repository. */
  JournalStream stream(Path spool) {
    return JournalStream.start(
        ID, cluster, walServer(), settings(spool), InstantSource.system(), Duration.ofSeconds(10));
  }

  /** The repository's journal, as a command that takes a backup of this server finds it. */
  JournalWal journal(Path spool) {
    return JournalWal.open(
        ID, cluster, walServer(), settings(spool), InstantSource.system(), () -> false);
  }

  private PgWalServer walServer() {
    return new PgWalServer(address, SLOT, InstantSource.system());
  }

  private static JournalSettings settings(Path spool) {
    return JournalSettings.of(spool, SLOT).withTailInterval(Duration.ofMillis(100));
  }

  /** What there is of backups: the keys of all objects but leases and WAL. */
  List<String> backupObjects() {
    return cluster.list("").stream()
        .map(object -> object.key().value())
        .filter(key -> Stream.of("/lease/", "/wal/", "/tail/").noneMatch(key::contains))
        .toList();
  }

  BackupResult take(Reading reading) {
    return take(reading, BackupProgress.none());
  }

  BackupResult take(Reading reading, BackupProgress progress) {
    return backups().take(new BackupRequest(reading, 2, true), DURABLE, progress);
  }

  /** The files of a backup by path. */
  Map<String, FileEntry> files(BackupId id) {
    Map<String, FileEntry> files = new TreeMap<>();
    cluster
        .manifest(id)
        .forEach(
            new ManifestVisitor() {
              @Override
              public void file(FileEntry file) {
                files.put(file.path(), file);
              }
            });
    return files;
  }

  /** The directories of a backup with their permissions. */
  Map<String, Integer> directories(BackupId id) {
    Map<String, Integer> directories = new TreeMap<>();
    cluster
        .manifest(id)
        .forEach(
            new ManifestVisitor() {
              @Override
              public void directory(DirectoryEntry directory) {
                directories.put(directory.path(), directory.mode());
              }
            });
    return directories;
  }
}
