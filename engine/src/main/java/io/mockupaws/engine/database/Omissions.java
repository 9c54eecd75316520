package io.mockupaws.engine.database;

import java.util.ArrayList;
import java.util.List;

/**
 * What of a database does not come along; named as {@code pg_restore} names it.
 *
 * @param owners everything belongs to whoever connects
 * @param privileges no GRANT
 * @param tablespaces everything lies in the destination's default tablespace
 */
public record Omissions(boolean owners, boolean privileges, boolean tablespaces) {

  /** Nothing is left out. */
  public static Omissions none() {
    return new Omissions(false, false, false);
  }

  List<String> options() {
    List<String> options = new ArrayList<>();
    if (owners) {
      options.add("--no-owner");
    }
    if (privileges) {
      options.add("--no-privileges");
    }
    if (tablespaces) {
      options.add("--no-tablespaces");
    }
    return options;
  }
}
