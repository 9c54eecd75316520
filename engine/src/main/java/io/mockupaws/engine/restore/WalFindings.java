package io.mockupaws.engine.restore;

import io.mockupaws.core.wal.RecordSpan;
import java.util.List;
import java.util.Optional;

/**
 * What the WAL on the way to the target says that a restore must know.
 *
 * @param tablespaces made on the way
 * @param parameters what the source's settings came to be; empty when they did not change
 */
record WalFindings(List<MadeTablespace> tablespaces, Optional<RecoveryParameters> parameters) {

  /**
   * A CREATE TABLESPACE record.
   *
   * @param oid 32 bits, unsigned
   * @param location the directory on the source
   */
  record MadeTablespace(RecordSpan record, int oid, String location) {}

  WalFindings {
    tablespaces = List.copyOf(tablespaces);
  }
}
