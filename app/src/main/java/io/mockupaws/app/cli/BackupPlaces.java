package io.mockupaws.app.cli;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.engine.objective.Measurement;
import io.mockupaws.engine.objective.Measurements;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.store.Member;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.StorageClass;
import io.mockupaws.store.Store;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where backups lie, and which of them a server has come up from. */
final class BackupPlaces {
  private final ClusterRepository cluster;
  private final Store store;
  private final Map<BackupId, Instant> proven = new HashMap<>();

  BackupPlaces(ClusterRepository cluster) {
    this.cluster = cluster;
    this.store = cluster.store();
    for (Measurement measured : new Measurements(cluster).all()) {
      proven.merge(measured.backup(), measured.at(), (a, b) -> a.isAfter(b) ? a : b);
    }
  }

  /** When a server that was restored from it last took connections. */
  Optional<Instant> proven(BackupId backup) {
    return Optional.ofNullable(proven.get(backup));
  }

  /** The addresses of the stores that answer and have it, by the object that is written last. */
  List<String> stores(ObjectKey last) {
    return store.members().isEmpty()
        ? List.of(store.address())
        : store.members().stream().filter(m -> has(m, last)).map(Member::address).toList();
  }

  List<String> stores(BackupId backup) {
    return stores(cluster.manifestKey(backup));
  }

  private static boolean has(Member member, ObjectKey key) {
    if (member.away().isPresent()) {
      return false;
    }
    try {
      return member.ask(its -> its.stat(key)).isPresent();
    } catch (Failure e) {
      return false; // status says what is wrong with it
    }
  }

  /** The class of storage of its first pack; empty where there are none, or it has no own pack. */
  Optional<String> tier(BackupId backup) {
    return store.list(cluster.prefix() + "packs/" + backup + "/", "", 1).objects().stream()
        .findFirst()
        // not every server tells the class in a listing
        .flatMap(info -> info.storageClass().map(StorageClass::name).or(() -> tier(info.key())));
  }

  Optional<String> tier(ObjectKey dump) {
    return store.stat(dump).flatMap(ObjectInfo::storageClass).map(StorageClass::name);
  }

  /** How many stores there are. */
  int count() {
    return Math.max(1, store.members().size());
  }
}
