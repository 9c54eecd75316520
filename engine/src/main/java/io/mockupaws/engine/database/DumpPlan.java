package io.mockupaws.engine.database;

import io.mockupaws.engine.client.ClientTools;
import io.mockupaws.engine.logical.OpenedDump;
import java.util.List;
import java.util.Optional;

/**
 * What restoring a dump will do; made without changing anything.
 *
 * @param id of this run: names what it makes meanwhile
 * @param keptAs the name under which the database that is there will be kept
 * @param relations tables, views and sequences that the dump makes
 */
public record DumpPlan(
    DumpRequest request,
    OpenedDump dump,
    String id,
    ClientTools tools,
    DestinationFacts destination,
    Optional<String> keptAs,
    long relations,
    List<String> warnings) {
  public DumpPlan {
    warnings = List.copyOf(warnings);
  }
}
