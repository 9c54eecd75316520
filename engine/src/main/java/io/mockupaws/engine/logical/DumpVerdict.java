package io.mockupaws.engine.logical;

import io.mockupaws.core.format.DumpSidecar;
import io.mockupaws.core.format.Dumps;
import io.mockupaws.core.format.ObjectKey;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether a logical backup is as it was written.
 *
 * @param object the dump, or its sidecar where the dump is not there
 * @param facts what its sidecar says; empty where that is not proven
 * @param time when it was taken; empty where nothing tells
 * @param fault what is wrong; empty for a whole one
 * @param why in words; empty for a whole one
 */
public record DumpVerdict(
    ObjectKey object,
    Optional<DumpSidecar> facts,
    Optional<Instant> time,
    Optional<DumpFault> fault,
    String why) {

  static DumpVerdict whole(LogicalBackup dump) {
    return new DumpVerdict(
        dump.key(), Optional.of(dump.facts()), Optional.of(dump.time()), Optional.empty(), "");
  }

  static DumpVerdict of(LogicalCatalogue.Other other) {
    return new DumpVerdict(
        other.key(),
        Optional.empty(),
        DumpName.timeOf(other.key()),
        Optional.of(other.fault()),
        other.why());
  }

  DumpVerdict with(DumpFault found, String what) {
    return new DumpVerdict(object, facts, time, Optional.of(found), what);
  }

  /** The dump's own name. */
  public String name() {
    return Dumps.dumpOf(object).orElse(object).fileName();
  }

  public boolean isWhole() {
    return fault.isEmpty();
  }
}
