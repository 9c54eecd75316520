package io.mockupaws.core.history;

import java.util.Optional;

/**
 * What is known of a relation.
 *
 * @param name with its schema; empty: the schema is not known
 * @param kind {@code relkind}; of a temporary one {@link #TEMPORARY}
 */
record KnownRelation(int oid, Optional<String> name, char kind) {

  /** The first OID that is given to what users make ({@code FirstNormalObjectId}). */
  static final int FIRST_USER_OID = 16384;

  /** In place of the kind of what goes with its session, and is in no backup. */
  static final char TEMPORARY = '-';

  /** Whether users would miss it: not an index, a toast table or a catalogue. */
  boolean isUsers() {
    return isUsers(oid, kind);
  }

  static boolean isUsers(int oid, char kind) {
    return Integer.compareUnsigned(oid, FIRST_USER_OID) >= 0 && "rpmfvS".indexOf(kind) >= 0;
  }
}
