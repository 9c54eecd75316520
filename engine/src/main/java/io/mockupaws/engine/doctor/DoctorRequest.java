package io.mockupaws.engine.doctor;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;
import java.util.function.Function;

/**
 * What is looked at.
 *
 * @param configuration what is wrong with it; the rest is looked at as far as it is set
 * @param store where the repository lies; closed by whoever opened it
 * @param key opens the repository
 * @param server the live server
 * @param serverMistake what is wrong with the server's address
 * @param choose the cluster of an opened repository; throws a Failure where none can be chosen
 * @param settings what is set for a cluster of that name; empty: none could be chosen
 * @param spool the directory for WAL on its way
 * @param tail the longest time that received WAL waits before it is durable in the repository
 * @param target where a restore would go to
 * @param binaries where PostgreSQL's programs lie; empty: they are looked for
 * @param zone the host's time zone
 */
public record DoctorRequest(
    Purpose purpose,
    Optional<Failure> configuration,
    Optional<Store> store,
    Optional<Secret> key,
    Optional<ServerAddress> server,
    Optional<Failure> serverMistake,
    Function<Repository, ClusterRepository> choose,
    Function<Optional<String>, ClusterSettings> settings,
    Path spool,
    Duration tail,
    Optional<Path> target,
    Optional<Path> binaries,
    ZoneId zone) {

  /**
   * What is set for a cluster.
   *
   * @param slot its replication slot
   * @param rpo how much time may be lost
   * @param streams whether its WAL is brought in; else it is protected by dumps alone
   * @param betweenDumps the time between two of them; empty: none is scheduled
   */
  public record ClusterSettings(
      String slot, Duration rpo, boolean streams, Optional<Duration> betweenDumps) {
    /** Of one whose WAL is brought in. */
    public ClusterSettings(String slot, Duration rpo) {
      this(slot, rpo, /* streams= */ true, Optional.empty());
    }
  }
}
