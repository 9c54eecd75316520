package io.mockupaws.engine.database;

import io.mockupaws.engine.restore.RestoreResult;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What came into the database.
 *
 * @param recovery how the scratch server got to the moment; it is gone
 * @param tables compared row by row
 * @param rows of them
 * @param dumpBytes that went from one server to the other
 * @param keptAs the name of the database that was there before
 * @param notes what did not come along, for the operator
 * @param recoveryTime from the beginning of the command until the database was in its place
 */
public record DatabaseResult(
    DatabasePlan plan,
    RestoreResult recovery,
    long tables,
    long rows,
    long dumpBytes,
    Optional<String> keptAs,
    List<String> notes,
    Duration recoveryTime) {
  public DatabaseResult {
    notes = List.copyOf(notes);
  }
}
