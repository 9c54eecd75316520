package io.mockupaws.engine.cluster;

import static java.util.Objects.requireNonNull;

/**
 * A tablespace beside the two that every cluster has.
 *
 * @param oid unsigned, 32 bits
 * @param location the absolute path on the server's host; for one inside the data directory ({@code
 *     allow_in_place_tablespaces}) the relative path {@code pg_tblspc/<oid>}
 */
public record Tablespace(long oid, String name, String location) {
  public Tablespace {
    requireNonNull(name, "name is null");
    requireNonNull(location, "location is null");
  }

  /** Whether it is a plain directory below the data directory. */
  public boolean isInPlace() {
    return !location.startsWith("/");
  }
}
