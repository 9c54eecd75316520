package io.mockupaws.engine.logical;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.DumpSidecar;
import io.mockupaws.core.format.Dumps;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.ExpiredDumps;
import io.mockupaws.store.Member;
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
  /** What speaks of one dump and not of the store. */
  private static final Set<ErrorCode> OF_THE_DUMP =
      Set.of(
          ErrorCode.DAMAGED_OBJECT,
          ErrorCode.WRONG_KEY,
          ErrorCode.UNKNOWN_FORMAT,
          ErrorCode.OBJECT_MISSING);

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

    /** As {@link LogicalCatalogue#newest}. */
    public Optional<LogicalBackup> newest(String database) {
      return backups.stream()
          .filter(one -> one.isWholeDatabase() && one.facts().database().equals(database))
          .reduce((_, later) -> later);
    }

    /**
     * What bears the name of a later dump of a database and is none: whoever takes an earlier one
     * is to know.
     *
     * @param than the one that is taken; empty: all count
     */
    public List<Other> passedOver(String database, Optional<LogicalBackup> than) {
      return others.stream()
          .filter(
              other ->
                  DumpName.timeOf(other.key(), database)
                      .filter(time -> than.isEmpty() || time.isAfter(than.get().time()))
                      .isPresent())
          .toList();
    }
  }

  /**
   * Something among the dumps that is no backup.
   *
   * @param key of the dump, or of a sidecar without one
   * @param why in words
   */
  public record Other(ObjectKey key, DumpFault fault, String why) {}

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
          others.add(new Other(object.key(), DumpFault.UNFINISHED, withoutSidecar()));
        }
      } else if (Dumps.dumpOf(object.key())
          .filter(dump -> !objects.containsKey(dump))
          .isPresent()) {
        others.add(
            new Other(object.key(), DumpFault.MISSING, "the dump to this sidecar is missing"));
      }
    }
    backups.sort(Comparator.comparing(LogicalBackup::time).thenComparing(LogicalBackup::key));
    return new Listed(backups, others);
  }

  private String withoutSidecar() {
    List<String> away =
        store.members().stream()
            .filter(member -> member.away().isPresent())
            .map(Member::address)
            .toList();
    return away.isEmpty()
        ? "it has no sidecar: its backup is under way or broke off"
        : "it has no sidecar in the stores that answer; "
            + String.join(", ", away)
            + " may have it and cannot be reached";
  }

  private void look(ObjectInfo object, List<LogicalBackup> backups, List<Other> others) {
    try {
      DumpBytes bytes = new DumpBytes.InStore(store, object.key());
      Optional<ProvenSidecar> proven = ProvenSidecar.of(bytes, secrets);
      if (proven.isEmpty()) {
        return; // removed since it was listed
      }
      DumpSidecar facts = proven.get().facts();
      if (!facts.cluster().equals(cluster)) {
        return;
      }
      if (!proven.get().fits(bytes, object.size())) {
        others.add(
            new Other(
                object.key(),
                DumpFault.SIZE,
                "it has " + object.size() + " bytes, and " + facts.size() + " were written"));
      } else if (!facts.name().equals(object.key().fileName())) {
        others.add(new Other(object.key(), DumpFault.CONTENT, "it was written as " + facts.name()));
      } else {
        backups.add(new LogicalBackup(object.key(), facts, object.modified()));
      }
    } catch (Failure e) {
      if (!OF_THE_DUMP.contains(e.code())) {
        throw e;
      }
      others.add(new Other(object.key(), DumpFault.of(e), e.what()));
    }
  }

  /**
   * The newest whole dump of a database; filtered ones do not count.
   *
   * @param database its name
   */
  public Optional<LogicalBackup> newest(String database) {
    return list().newest(database);
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
