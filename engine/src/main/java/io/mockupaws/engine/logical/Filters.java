package io.mockupaws.engine.logical;

import java.util.ArrayList;
import java.util.List;

/**
 * Which part of a database is dumped; patterns as {@code pg_dump} takes them.
 *
 * @param schemas only these; empty: all
 * @param tables only these; empty: all
 * @param excludedData tables that come empty
 */
public record Filters(
    List<String> schemas,
    List<String> excludedSchemas,
    List<String> tables,
    List<String> excludedTables,
    List<String> excludedData) {
  public Filters {
    schemas = List.copyOf(schemas);
    excludedSchemas = List.copyOf(excludedSchemas);
    tables = List.copyOf(tables);
    excludedTables = List.copyOf(excludedTables);
    excludedData = List.copyOf(excludedData);
  }

  /** Everything. */
  public static Filters none() {
    return new Filters(List.of(), List.of(), List.of(), List.of(), List.of());
  }

  /** Options of {@code pg_dump}; a pattern that matches nothing is then an error. */
  List<String> options() {
    List<String> options = new ArrayList<>();
    schemas.forEach(pattern -> options.add("--schema=" + pattern));
    excludedSchemas.forEach(pattern -> options.add("--exclude-schema=" + pattern));
    tables.forEach(pattern -> options.add("--table=" + pattern));
    excludedTables.forEach(pattern -> options.add("--exclude-table=" + pattern));
    excludedData.forEach(pattern -> options.add("--exclude-table-data=" + pattern));
    if (!schemas.isEmpty() || !tables.isEmpty()) {
      options.add("--strict-names");
    }
    return options;
  }

  /** As answers show them. */
  public List<String> words() {
    return options();
  }

  /** Whether they leave nothing out. */
  public boolean isNone() {
    return options().isEmpty();
  }
}
