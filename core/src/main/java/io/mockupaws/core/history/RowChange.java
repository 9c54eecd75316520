package io.mockupaws.core.history;

import java.util.Optional;

/**
 * A row of a catalogue that was made, changed or deleted.
 *
 * @param database whose catalogue; 0: the shared one
 * @param place of the row before, or of the one that was made
 * @param before empty: there was none, or it is not known
 * @param after empty: there is none, or it is not known
 * @param lsn where the record begins
 */
record RowChange(
    Catalogue catalogue,
    int database,
    Sort sort,
    long place,
    Optional<Tuple> before,
    Optional<Tuple> after,
    long lsn) {

  enum Sort {
    INSERT,
    UPDATE,
    DELETE
  }
}
