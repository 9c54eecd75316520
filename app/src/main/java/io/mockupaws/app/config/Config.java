package io.mockupaws.app.config;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.engine.cluster.Slots;
import io.mockupaws.store.StoreAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Everything the operator has set, checked.
 *
 * @param file the file that was read
 * @param cluster the cluster's name where flag or file say it; else the server or the repository
 *     tell it
 * @param server the address of that cluster's server
 * @param key the secret that opens the repository; the caller closes it
 * @param kmsKey the key of a KMS that opens it instead
 * @param newKey the key that shall take its place, where a command needs it; the caller closes it
 * @param clusters what the file says of clusters, by name
 * @param history the database where the record of runs is mirrored; empty: nowhere
 * @param daemon what the daemon goes by
 */
public record Config(
    Optional<Path> file,
    RepositoryConfig repository,
    Optional<String> cluster,
    Optional<ServerUrl> server,
    Optional<Secret> key,
    Optional<String> kmsKey,
    Optional<Secret> newKey,
    Map<String, ClusterConfig> clusters,
    RetentionConfig retention,
    Optional<ServerUrl> history,
    DaemonConfig daemon) {

  /** What is set for a cluster; the defaults when the file does not name it. */
  public ClusterConfig clusterConfig(String name) {
    ClusterConfig known = clusters.get(name);
    return known != null
        ? known
        : new ClusterConfig(
            name,
            Settings.CLUSTER_STREAM.fallbackValue(),
            Slots.nameFor(name),
            Settings.CLUSTER_RPO.fallbackValue(),
            Settings.CLUSTER_RTO.fallbackValue(),
            Settings.CLUSTER_DISK.fallbackValue(),
            OptionalLong.empty(),
            Settings.CLUSTER_DAMAGED_WAL.fallbackValue(),
            Optional.empty());
  }

  /** The same with another daemon's settings. */
  public Config withDaemon(DaemonConfig other) {
    return new Config(
        file,
        repository,
        cluster,
        server,
        key,
        kmsKey,
        newKey,
        clusters,
        retention,
        history,
        other);
  }

  /** The same with some of the repository's places. */
  public Config withStores(List<StoreAddress> some) {
    return new Config(
        file,
        repository.withStores(some),
        cluster,
        server,
        key,
        kmsKey,
        newKey,
        clusters,
        retention,
        history,
        daemon);
  }
}
