package io.mockupaws.engine.logical;

import io.mockupaws.engine.client.ClientTools;
import io.mockupaws.engine.cluster.ServerAddress;
import java.util.List;

/**
 * What a logical backup will do; made without changing anything.
 *
 * @param server the one that answered
 * @param serverVersion {@code server_version_num}
 * @param system its system identifier
 * @param readsPasswords whether the role may read the hashes of roles' passwords
 * @param cores that compress at once
 */
public record LogicalPlan(
    LogicalRequest request,
    ServerAddress server,
    int serverVersion,
    long system,
    ClientTools tools,
    List<Database> databases,
    boolean readsPasswords,
    int cores,
    List<String> warnings) {
  public LogicalPlan {
    databases = List.copyOf(databases);
    warnings = List.copyOf(warnings);
  }

  /**
   * A database to be dumped.
   *
   * @param bytes it takes on the server; a dump of it is smaller
   * @param properties of it as JSON
   */
  public record Database(String name, long bytes, String properties) {}
}
