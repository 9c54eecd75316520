package io.mockupaws.engine.database;

import io.mockupaws.engine.client.ClientTools;
import io.mockupaws.engine.restore.RestorePlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What bringing one database back will do; made without changing anything.
 *
 * @param recovery how the scratch server gets to the moment
 * @param scratch its folder, which goes in the end
 * @param keptAs the name under which the database that is there will be kept
 * @param warnings beside those of the recovery
 */
public record DatabasePlan(
    DatabaseRequest request,
    RestorePlan recovery,
    Path scratch,
    ClientTools tools,
    DestinationFacts destination,
    Optional<String> keptAs,
    List<String> warnings) {
  public DatabasePlan {
    warnings = List.copyOf(warnings);
  }
}
