package io.mockupaws.engine.replication;

import java.time.Instant;
import java.util.Optional;

/**
 * What a replication is to do.
 *
 * @param copies whether anything is written; else it is only told what would be
 * @param replaceFrom the address of the store whose copies, where they are whole, take the place of
 *     those that are damaged or others in the other stores; empty: nothing is replaced
 * @param at names the place where the replaced copies are kept
 */
public record ReplicationRequest(
    ComparisonDepth depth, boolean copies, Optional<String> replaceFrom, Instant at) {

  static ReplicationRequest of(boolean copies) {
    return new ReplicationRequest(ComparisonDepth.LISTED, copies, Optional.empty(), Instant.EPOCH);
  }
}
