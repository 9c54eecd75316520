package io.mockupaws.app.cli;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.PrimaryDisk;
import io.mockupaws.engine.cluster.ServerPosition;
import io.mockupaws.engine.cluster.Slot;
import java.util.Optional;

/**
 * What a look at the server gave.
 *
 * @param address without password; empty when none is set
 * @param syncState whether commits wait for the stream, as {@code pg_stat_replication} says it
 * @param failure why it could not be asked
 */
record ServerLook(
    String address,
    Optional<ServerPosition> position,
    Optional<Slot> slot,
    Optional<PrimaryDisk> disk,
    Optional<String> syncState,
    Optional<Failure> failure) {

  static ServerLook none() {
    return new ServerLook(
        "",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  static ServerLook of(
      String address,
      ServerPosition position,
      Optional<Slot> slot,
      Optional<PrimaryDisk> disk,
      Optional<String> syncState) {
    return new ServerLook(address, Optional.of(position), slot, disk, syncState, Optional.empty());
  }

  static ServerLook unreachable(String address, Failure failure) {
    return new ServerLook(
        address,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(failure));
  }
}
