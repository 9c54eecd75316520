package io.mockupaws.engine.task;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.engine.repository.ClusterRepository;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/** The runs of one task as the repository lists them. */
final class RunFolder {
  static final String FOLDER = "runs/";

  /** More than a year of daily ones. */
  private static final int KEPT = 500;

  private final ClusterRepository cluster;
  private final Task task;

  /** The objects of a run: their names are these words. */
  enum Part {
    BEGUN,
    SUCCESS,
    FAILED,
    /** It is to do less than its task promises: told by a listing, since many may come. */
    PART;

    String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * What is listed of a run. Its own word that it was successful counts more than another's that it
   * broke off.
   */
  record Listed(String id, Set<Part> parts) {
    Optional<Part> end() {
      if (parts.contains(Part.SUCCESS)) {
        return Optional.of(Part.SUCCESS);
      }
      return parts.contains(Part.FAILED) ? Optional.of(Part.FAILED) : Optional.empty();
    }

    Scope scope() {
      return parts.contains(Part.PART) ? Scope.PART : Scope.WHOLE;
    }

    boolean isOpen() {
      return end().isEmpty();
    }
  }

  RunFolder(ClusterRepository cluster, Task task) {
    this.cluster = cluster;
    this.task = task;
  }

  ObjectKey key(String id, Part part) {
    return cluster.key(FOLDER + task.word() + "/" + id + "/" + part.word());
  }

  /** Oldest first. What this release does not know is passed over. */
  List<Listed> list() {
    TreeMap<String, Set<Part>> runs = new TreeMap<>();
    cluster.forEach(
        FOLDER + task.word() + "/",
        object -> {
          String[] names = object.key().value().split("/", -1);
          for (Part part : Part.values()) {
            if (part.word().equals(names[names.length - 1])) {
              runs.computeIfAbsent(names[names.length - 2], _ -> EnumSet.noneOf(Part.class))
                  .add(part);
            }
          }
        });
    return runs.entrySet().stream().map(e -> new Listed(e.getKey(), e.getValue())).toList();
  }

  Optional<RunRecord.Begun> begun(String id) {
    return read(key(id, Part.BEGUN), RunRecord.Begun::decode);
  }

  Optional<RunRecord.Ended> ended(Listed run) {
    return run.end().flatMap(part -> read(key(run.id(), part), RunRecord.Ended::decode));
  }

  /** Empty where it is damaged, or was removed meanwhile: verify names the damage. */
  private <T> Optional<T> read(ObjectKey key, BiFunction<ObjectKey, byte[], T> decode) {
    try {
      return Optional.of(decode.apply(key, cluster.get(key, ObjectKind.RECORD)));
    } catch (Failure e) {
      if (e.code() != ErrorCode.DAMAGED_OBJECT && e.code() != ErrorCode.OBJECT_MISSING) {
        throw e;
      }
      return Optional.empty();
    }
  }

  void put(String id, Part part, byte[] content) {
    cluster.put(key(id, part), ObjectKind.RECORD, content);
  }

  void remove(String id) {
    for (Part part : Part.values()) {
      cluster.delete(key(id, part));
    }
  }

  /** How many failed, those included that were removed since: each knows how many were before. */
  long failures(List<Listed> runs) {
    return runs.reversed().stream()
        .filter(run -> run.parts().contains(Part.FAILED))
        .map(run -> read(key(run.id(), Part.FAILED), RunRecord.Ended::decode))
        .flatMap(Optional::stream)
        .mapToLong(RunRecord.Ended::failures)
        .findFirst()
        .orElse(0);
  }

  /**
   * Removes what is too old. The newest whole success stays for ever, and so does the newest
   * failure, whole or not: it knows how many were before.
   */
  void tidy(List<Listed> runs) {
    List<Listed> old = new ArrayList<>(runs.subList(0, Math.max(0, runs.size() - KEPT)));
    newest(runs, run -> run.parts().contains(Part.SUCCESS) && run.scope() == Scope.WHOLE)
        .ifPresent(old::remove);
    newest(runs, run -> run.parts().contains(Part.FAILED)).ifPresent(old::remove);
    old.forEach(run -> remove(run.id()));
  }

  private static Optional<Listed> newest(List<Listed> runs, Predicate<Listed> which) {
    return runs.stream().filter(which).max(Comparator.comparing(Listed::id));
  }
}
