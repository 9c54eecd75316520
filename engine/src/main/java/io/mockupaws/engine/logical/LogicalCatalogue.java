package io.mockupaws.engine.logical;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.DumpSidecar;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.SealedSidecar;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Dumps;
import io.mockupaws.engine.repository.ExpiredDumps;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The logical backups of a cluster, found by their sidecars: a dump without one was not finished.
 */
public final class LogicalCatalogue {
  private final Store store;
  private final String cluster;
  private final ExpiredDumps expirations;
  private final DumpSecrets secrets;

  /** Of a cluster. */
  public LogicalCatalogue(ClusterRepository repository, DumpSecrets secrets) {
    this.store = repository.store();
    this.cluster = repository.identity().name();
    this.expirations = new ExpiredDumps(repository);
    this.secrets = secrets;
  }

  /**
   * What there is.
   *
   * @param backups oldest first
   * @param others what is none: unfinished, cut off, not proven; of these it may not be known which
   *     cluster they belong to
   */
  public record Listed(List<LogicalBackup> backups, List<Other> others) {
    public Listed {
      backups = List.copyOf(backups);
      others = List.copyOf(others);
    }
  }

  /**
   * Something among the dumps that is no backup.
   *
   * @param key of the dump, or of a sidecar without one
   * @param why in words
   */
  public record Other(ObjectKey key, String why) {}

  /**
   * Lists them, and reads every sidecar. Those that expired are left out: for everybody but a
   * cleanup they are not there.
   */
  public Listed list() {
    // First: one that is removed meanwhile is then in neither listing.
    Set<ObjectKey> expired = expirations.all().keySet();
    Listed written = written();
    return new Listed(
        written.backups().stream().filter(one -> !expired.contains(one.key())).toList(),
        written.others().stream().filter(one -> !expired.contains(one.key())).toList());
  }

  /** As above, with those that expired. */
  public Listed written() {
    Map<ObjectKey, ObjectInfo> objects = new TreeMap<>();
    for (String folder : List.of("", cluster + "/")) {
      store.forEach(folder + Dumps.FOLDER, "", object -> objects.put(object.key(), object));
    }
    List<LogicalBackup> backups = new ArrayList<>();
    List<Other> others = new ArrayList<>();
    for (ObjectInfo object : objects.values()) {
      if (Dumps.isDump(object.key())) {
        if (objects.containsKey(Dumps.sidecarOf(object.key()))) {
          look(object, backups, others);
        } else {
          others.add(new Other(object.key(), "it has no sidecar: its backup broke off"));
        }
      } else if (Dumps.dumpOf(object.key())
          .filter(dump -> !objects.containsKey(dump))
          .isPresent()) {
        others.add(new Other(object.key(), "the dump to this sidecar is missing"));
      }
    }
    backups.sort(
        Comparator.comparing((LogicalBackup one) -> one.facts().startedAt())
            .thenComparing(LogicalBackup::key));
    return new Listed(backups, others);
  }

  private void look(ObjectInfo object, List<LogicalBackup> backups, List<Other> others) {
    try {
      DumpBytes bytes = new DumpBytes.InStore(store, object.key());
      Optional<byte[]> text = bytes.sidecar();
      if (text.isEmpty()) {
        return; // removed since it was listed
      }
      DumpSidecar facts =
          secrets.proven(bytes.place(), SealedSidecar.decode(bytes.place(), text.get()));
      if (!facts.cluster().equals(cluster)) {
        return;
      }
      if (facts.size() != object.size()) {
        others.add(
            new Other(
                object.key(),
                "it has " + object.size() + " bytes, and " + facts.size() + " were written"));
      } else if (!facts.name().equals(object.key().fileName())) {
        others.add(new Other(object.key(), "it was written as " + facts.name()));
      } else {
        backups.add(new LogicalBackup(object.key(), facts, object.modified()));
      }
    } catch (Failure e) {
      if (e.code() != ErrorCode.DAMAGED_OBJECT
          && e.code() != ErrorCode.WRONG_KEY
          && e.code() != ErrorCode.UNKNOWN_FORMAT) {
        throw e;
      }
      others.add(new Other(object.key(), e.what()));
    }
  }

  /**
   * The newest whole dump of a database; filtered ones do not count.
   *
   * @param database its name
   */
  public Optional<LogicalBackup> newest(String database) {
    return list().backups().stream()
        .filter(one -> one.isWholeDatabase() && one.facts().database().equals(database))
        .reduce((_, later) -> later);
  }

  /**
   * The one of that name, whether or not it is whole.
   *
   * @throws Failure UNKNOWN_BACKUP for one that expired, with the way back
   */
  public Optional<ObjectKey> find(String name) {
    Optional<ObjectKey> found = written(name);
    if (found.filter(expirations.all()::containsKey).isPresent()) {
      throw new Failure(
          ErrorCode.UNKNOWN_BACKUP,
          "the dump " + name + " expired: no rule of retention keeps it",
          "while it is there it can be brought back: mockupaws hold add " + name);
    }
    return found;
  }

  /** As above, with those that expired. */
  public Optional<ObjectKey> written(String name) {
    List<ObjectKey> found = new ArrayList<>();
    for (String folder : List.of("", cluster + "/")) {
      store.forEach(
          folder + Dumps.FOLDER,
          "",
          object -> {
            if (Dumps.isDump(object.key()) && object.key().fileName().equals(name)) {
              found.add(object.key());
            }
          });
    }
    return found.stream().reduce((_, later) -> later);
  }
}
