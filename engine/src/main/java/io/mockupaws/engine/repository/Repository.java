package io.mockupaws.engine.repository;

import io.mockupaws.core.crypto.KeySlot;
import io.mockupaws.core.crypto.MasterKey;
import io.mockupaws.core.crypto.Sealing;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.CreateOutcome;
import io.mockupaws.store.ListPage;
import io.mockupaws.store.Member;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A repository in a store, opened with its key. Owns the store. */
public final class Repository implements AutoCloseable {
  private static final int MARK_MAX_BYTES = 64 * 1024;
  static final String CLUSTERS = "clusters/";

  private final Store store;
  private final RepositoryMark mark;
  private final Sealing sealing;
  private final SecureRandom random;

  private Repository(Store store, RepositoryMark mark, Sealing sealing, SecureRandom random) {
    this.store = store;
    this.mark = mark;
    this.sealing = sealing;
    this.random = random;
  }

  /**
   * Whether a repository is there; its key is not looked at. Of several stores one that cannot be
   * asked leaves it open, unless another has it.
   *
   * @throws StoreException that store's fault
   */
  public static boolean exists(Store store) {
    if (store.members().isEmpty()) {
      return store.stat(RepositoryMark.KEY).isPresent();
    }
    Optional<StoreException> unknown = Optional.empty();
    for (Member member : store.members()) {
      try {
        if (member.ask(one -> one.stat(RepositoryMark.KEY)).isPresent()) {
          return true;
        }
      } catch (StoreException e) {
        unknown = unknown.or(() -> Optional.of(e));
      }
    }
    if (unknown.isPresent()) {
      throw unknown.get();
    }
    return false;
  }

  /**
   * Makes a repository. The key slot is written before the mark, so what is marked can be opened.
   *
   * @param master empty for a repository without encryption
   * @throws Failure REPOSITORY_EXISTS
   */
  public static Repository create(
      Store store, Optional<? extends MasterKey> master, SecureRandom random) {
    if (exists(store)) {
      throw exists(store.address());
    }
    String id = UUID.randomUUID().toString();
    RepositoryMark mark = new RepositoryMark(id, master.isPresent());
    Sealing sealing =
        master.isPresent() ? wrapped(store, master.get(), id, random) : new Sealing.Plain();
    if (store.create(RepositoryMark.KEY, mark.encode()) == CreateOutcome.EXISTS) {
      sealing.close();
      throw exists(store.address());
    }
    return new Repository(store, mark, sealing, random);
  }

  private static Sealing wrapped(Store store, MasterKey master, String id, SecureRandom random) {
    Sealing.Encrypted sealing = Sealing.generate(random);
    new KeySlots(store).add(KeySlot.wrap(sealing, master, id, random));
    return sealing;
  }

  private static Failure exists(String address) {
    return new Failure(
        ErrorCode.REPOSITORY_EXISTS,
        "there is a repository at " + address + " already",
        "use it, or choose another address");
  }

  /**
   * Opens a repository.
   *
   * @param master empty only for one without encryption
   * @throws Failure NO_REPOSITORY, WRONG_KEY, DAMAGED_OBJECT, ENCRYPTION_MISMATCH, MISSING_SETTING;
   *     what a KMS says
   */
  public static Repository open(
      Store store, Optional<? extends MasterKey> master, SecureRandom random) {
    RepositoryMark mark = Copies.whole(store, copy -> RepositoryMark.decode(readMark(copy)));
    demandOne(store, mark);
    if (!mark.encrypted()) {
      if (master.isPresent()) {
        throw new Failure(
            ErrorCode.ENCRYPTION_MISMATCH,
            "a key is set, but the repository at " + store.address() + " is not encrypted",
            "check the address, or say --no-encryption");
      }
      return new Repository(store, mark, new Sealing.Plain(), random);
    }
    if (master.isEmpty()) {
      throw new Failure(
          ErrorCode.MISSING_SETTING,
          "the repository at " + store.address() + " is encrypted and no key is set",
          "set BACKUP_ENCRYPTION_KEY, BACKUP_ENCRYPTION_KEY_FILE, BACKUP_ENCRYPTION_KEY_COMMAND or"
              + " BACKUP_KMS_KEY");
    }
    return new Repository(store, mark, new KeySlots(store).open(mark.id(), master.get()), random);
  }

  /**
   * Two repositories are never written as one.
   *
   * @throws Failure FOREIGN_REPOSITORY when another store's is another one
   */
  private static void demandOne(Store store, RepositoryMark mark) {
    for (Member member : store.members()) {
      Optional<RepositoryMark> other = Optional.empty();
      try {
        if (member.away().isEmpty()) {
          other = Optional.of(RepositoryMark.decode(member.ask(Repository::readMark)));
        }
      } catch (Failure e) {
        if (e.code() == ErrorCode.UNKNOWN_FORMAT) {
          throw e;
        }
        // It has none, a damaged one, or is away: the others' counts.
      }
      if (other.filter(o -> !o.id().equals(mark.id())).isPresent()) {
        throw new Failure(
            ErrorCode.FOREIGN_REPOSITORY,
            "the store "
                + member.address()
                + " has another repository ("
                + other.get().id()
                + ") than the others ("
                + mark.id()
                + ")",
            "give this repository an empty place for its copy, or use each by itself");
      }
    }
  }

  private static byte[] readMark(Store store) {
    try {
      return store.read(RepositoryMark.KEY, 0, MARK_MAX_BYTES);
    } catch (StoreException e) {
      if (e.code() == ErrorCode.OBJECT_MISSING) {
        throw new Failure(
            ErrorCode.NO_REPOSITORY,
            "there is no repository at " + store.address(),
            "check the address, or make one with: mockupaws init",
            e);
      }
      throw e;
    }
  }

  /** Whether an object is a pack: what takes time and room, and what nobody waits for. */
  public static boolean isPack(ObjectKey key) {
    return key.value().startsWith(CLUSTERS) && key.value().contains("/packs/");
  }

  /** A UUID. */
  public String id() {
    return mark.id();
  }

  public boolean encrypted() {
    return mark.encrypted();
  }

  public Store store() {
    return store;
  }

  /** Brings its objects from one store into another. */
  public ObjectCopier copier() {
    return new ObjectCopier(sealing, random);
  }

  /** The names of the clusters, sorted. */
  public List<String> clusters() {
    List<String> names = new ArrayList<>();
    String after = "";
    while (true) {
      ListPage page = store.list(CLUSTERS, after, 1);
      if (page.objects().isEmpty()) {
        return names;
      }
      String key = page.objects().getFirst().key().value();
      String name = key.substring(CLUSTERS.length(), key.indexOf('/', CLUSTERS.length()));
      names.add(name);
      // '0' follows '/': the next listing begins behind everything of this cluster
      after = CLUSTERS + name + "0";
    }
  }

  /**
   * Enters a cluster.
   *
   * @throws Failure CLUSTER_EXISTS when the name is taken
   */
  public ClusterRepository createCluster(ClusterIdentity identity) {
    ClusterRepository cluster = new ClusterRepository(store, sealing, random, identity);
    if (cluster.put(
            ClusterRecord.key(identity.name()),
            io.mockupaws.core.format.ObjectKind.RECORD,
            ClusterRecord.encode(identity))
        == CreateOutcome.EXISTS) {
      throw new Failure(
          ErrorCode.CLUSTER_EXISTS,
          "the repository has a cluster named " + identity.name() + " already",
          "use it, or choose another name with --cluster");
    }
    return cluster;
  }

  /**
   * A cluster of that name.
   *
   * @throws Failure UNKNOWN_CLUSTER
   */
  public ClusterRepository cluster(String name) {
    Optional<ObjectInfo> there =
        ClusterIdentity.isName(name) ? store.stat(ClusterRecord.key(name)) : Optional.empty();
    if (there.isEmpty() && hasObjects(name)) {
      throw new Failure(
          ErrorCode.OBJECT_MISSING,
          "the object "
              + ClusterRecord.key(name)
              + " is missing, and objects of the cluster are there",
          "restore it from another copy of the repository");
    }
    if (there.isEmpty()) {
      throw new Failure(
          ErrorCode.UNKNOWN_CLUSTER,
          "the repository at " + store.address() + " has no cluster named " + name,
          "it has: " + (clusters().isEmpty() ? "none" : String.join(", ", clusters())));
    }
    SealedObjects objects = new SealedObjects(store, sealing, random);
    ClusterIdentity identity = ClusterRecord.read(objects, name);
    return new ClusterRepository(store, sealing, random, identity);
  }

  private boolean hasObjects(String name) {
    return ClusterIdentity.isName(name)
        && !store.list(CLUSTERS + name + "/", "", 1).objects().isEmpty();
  }

  /**
   * The master keys that open it.
   *
   * @throws Failure ENCRYPTION_MISMATCH when it is not encrypted
   */
  public RepositoryKeys keys() {
    return switch (sealing) {
      case Sealing.Encrypted encrypted -> new RepositoryKeys(store, mark.id(), encrypted, random);
      case Sealing.Plain _ ->
          throw new Failure(
              ErrorCode.ENCRYPTION_MISMATCH,
              "the repository at " + store.address() + " is not encrypted: it has no keys",
              "check the address");
    };
  }

  /** What is wrong with key slots, whether or not the key in use is theirs. */
  public Map<ObjectKey, Failure> damagedKeySlots() {
    return mark.encrypted() ? new KeySlots(store).damaged() : Map.of();
  }

  @Override
  public void close() {
    sealing.close();
    store.close();
  }
}
