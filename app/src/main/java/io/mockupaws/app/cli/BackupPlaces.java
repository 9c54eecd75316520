package io.mockupaws.app.cli;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.engine.objective.Measurement;
import io.mockupaws.engine.objective.Measurements;
import io.mockupaws.engine.repository.AtOnce;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.store.Member;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.StorageClass;
import io.mockupaws.store.Store;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where backups lie, and which of them a server has come up from. */
final class BackupPlaces {
  private final ClusterRepository cluster;
  private final Store store;
  private final Map<BackupId, Instant> proven = new HashMap<>();

  private final Map<BackupId, Optional<String>> tiers = new HashMap<>();
  private final Map<String, Set<ObjectKey>> there = new LinkedHashMap<>();

  /**
   * Looks.
   *
   * @param backups whose places will be asked for
   */
  BackupPlaces(ClusterRepository cluster, List<BackupId> backups) {
    this.cluster = cluster;
    this.store = cluster.store();
    for (Member member : store.members()) {
      there.put(member.address(), held(member));
    }
    if (backups.isEmpty()) {
      return;
    }
    for (Measurement measured : new Measurements(cluster).recent()) {
      proven.merge(measured.backup(), measured.at(), (a, b) -> a.isAfter(b) ? a : b);
    }
    List<Optional<String>> found = AtOnce.of(backups, this::look);
    for (int i = 0; i < found.size(); i++) {
      tiers.put(backups.get(i), found.get(i));
    }
  }

  /** By one listing for each folder, however many there are. */
  private Set<ObjectKey> held(Member member) {
    Set<ObjectKey> keys = new HashSet<>();
    if (member.away().isPresent()) {
      return keys;
    }
    String name = cluster.identity().name();
    for (String folder : List.of(cluster.prefix() + "backups/", "backups/", name + "/backups/")) {
      try {
        member.ask(
            its -> {
              its.forEach(folder, "", object -> keys.add(object.key()));
              return true;
            });
      } catch (Failure e) {
        return keys; // status says what is wrong with it
      }
    }
    return keys;
  }

  /** When a server that was restored from it last took connections. */
  Optional<Instant> proven(BackupId backup) {
    return Optional.ofNullable(proven.get(backup));
  }

  /** The addresses of the stores that answer and have it, by the object that is written last. */
  List<String> stores(ObjectKey last) {
    return store.members().isEmpty()
        ? List.of(store.address())
        : there.entrySet().stream()
            .filter(place -> place.getValue().contains(last))
            .map(Map.Entry::getKey)
            .toList();
  }

  List<String> stores(BackupId backup) {
    return stores(cluster.manifestKey(backup));
  }

  /** The class of storage of its first pack; empty where there are none, or it has no own pack. */
  Optional<String> tier(BackupId backup) {
    return tiers.getOrDefault(backup, Optional.empty());
  }

  private Optional<String> look(BackupId backup) {
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
