package io.mockupaws.engine.logical;

import io.mockupaws.engine.cluster.ServerAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What somebody wants dumped.
 *
 * @param server with the database that is connected to first
 * @param databases by name; empty: that of the address
 * @param all every database that takes connections, templates apart
 * @param binaries where the client programs are, if not in the usual places
 */
public record LogicalRequest(
    ServerAddress server,
    List<String> databases,
    boolean all,
    Filters filters,
    Optional<Path> binaries) {
  public LogicalRequest {
    databases = List.copyOf(databases);
  }
}
