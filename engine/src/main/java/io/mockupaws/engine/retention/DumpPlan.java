package io.mockupaws.engine.retention;

import io.mockupaws.core.format.DumpSidecar;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.engine.logical.LogicalBackup;
import io.mockupaws.engine.logical.LogicalCatalogue;
import io.mockupaws.store.StorageClass;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a cleanup would do with logical backups. They need neither packs nor WAL, and nothing of a
 * physical backup needs them.
 *
 * @param dumps those that are proven, oldest first; those that expired too
 * @param removals sidecars, then dumps, then the marks of what was gone before
 * @param others what lies among the dumps and is not proven to be one of this cluster: it stays
 */
public record DumpPlan(
    List<DumpFate> dumps, List<DumpRemoval> removals, List<LogicalCatalogue.Other> others) {
  public DumpPlan {
    dumps = List.copyOf(dumps);
    removals = List.copyOf(removals);
    others = List.copyOf(others);
  }

  /** How cold each of those that stay may lie. */
  Map<ObjectKey, StorageClass> coldest() {
    Map<ObjectKey, StorageClass> coldest = new TreeMap<>(Comparator.comparing(ObjectKey::value));
    dumps.stream()
        .filter(DumpFate::stays)
        .forEach(one -> coldest.put(one.dump().key(), one.coldest()));
    return coldest;
  }

  boolean isEmpty() {
    return removals.isEmpty() && dumps.stream().noneMatch(one -> one.expires() || one.isBack());
  }

  /** How many there are that had not expired. */
  long counted() {
    return dumps.stream().filter(one -> !one.expiredBefore()).count();
  }

  /** How many of these expire. */
  long expireCounted() {
    return dumps.stream().filter(DumpFate::expires).count();
  }

  long bytes() {
    return removals.stream().mapToLong(DumpRemoval::bytes).sum();
  }

  /** When the newest dump of a database began; by the earlier of two clocks. */
  Optional<Instant> newest() {
    return newest(dumps.stream().filter(one -> !one.expiredBefore()).map(DumpFate::dump));
  }

  static Optional<Instant> newest(Stream<LogicalBackup> dumps) {
    return dumps
        .filter(one -> one.facts().content() == DumpSidecar.Content.DATABASE)
        .map(one -> earlier(one.facts().startedAt(), one.storedAt()))
        .max(Instant::compareTo);
  }

  private static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }
}
