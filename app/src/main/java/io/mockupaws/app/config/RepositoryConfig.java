package io.mockupaws.app.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the repository lies and how it is written.
 *
 * @param store its place; empty when the command does not need it and none is set
 * @param durability where WAL must be durable before its position is reported as flushed
 * @param spool the local directory for WAL on its way
 * @param encryption how a new repository is sealed
 * @param tail the longest time received WAL waits before it is durable in the repository
 */
public record RepositoryConfig(
    Optional<StoreAddress> store,
    Durability durability,
    Path spool,
    Encryption encryption,
    Duration tail,
    S3 s3) {

  /**
   * How a bucket is spoken to.
   *
   * @param endpoint of a service other than Amazon's
   * @param region a hint: the bucket's own region is asked
   * @param pathStyle the bucket stands in the path, not in the host name
   * @param partSize bytes
   */
  public record S3(
      Optional<URI> endpoint,
      String region,
      boolean pathStyle,
      Checksums checksums,
      int partSize) {}
}
