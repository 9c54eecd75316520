package io.mockupaws.core.history;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Relation;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Something a committed transaction did to a relation, a schema or a database; or a DROP DATABASE
 * that did not commit, whose database is gone all the same.
 *
 * @param id its name for good
 * @param time of the commit, by the server's clock; without one, of the checkpoint before
 * @param xid the top-level transaction; for a prepared one its own
 * @param first where the first record begins that had to do with it: everything before is before it
 * @param inSight whether the WAL that was read surely holds all of the transaction
 * @param database its OID, 32 bits, unsigned; 0 for what all databases share
 * @param databaseName empty: not known
 * @param oid of the relation or schema; 0: not known
 * @param name of the relation with its schema, or of the schema; empty: not known
 * @param relationKind PostgreSQL's {@code relkind}; a blank: not known, or no relation
 * @param file the relation's file before; empty: it has none
 * @param column the column that was dropped
 * @param rows deleted or updated, exactly
 * @param estimatedRows that were there, as the server's planner believed ({@code reltuples})
 */
public record Event(
    EventId id,
    EventKind kind,
    Instant time,
    long xid,
    Lsn first,
    boolean inSight,
    int database,
    Optional<String> databaseName,
    int oid,
    Optional<String> name,
    char relationKind,
    Optional<Relation> file,
    Optional<String> column,
    OptionalLong rows,
    OptionalLong estimatedRows) {

  /** The relation as operators read it; one without a known name by its file. */
  public String subject() {
    String database = databaseName.orElse("database " + Integer.toUnsignedString(this.database));
    if (kind == EventKind.DATABASE_DROPPED) {
      return databaseName.orElse(database);
    }
    String relation =
        name.or(() -> file.map(known -> "unknown (file " + known + ")"))
            .orElseGet(() -> "unknown (OID " + Integer.toUnsignedString(oid) + ")");
    return database + ": " + relation + column.map(dropped -> "." + dropped).orElse("");
  }
}
