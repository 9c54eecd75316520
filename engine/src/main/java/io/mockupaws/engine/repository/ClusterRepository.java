package io.mockupaws.engine.repository;

import io.mockupaws.core.crypto.Sealing;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.format.ManifestLog;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.store.CreateOutcome;
import io.mockupaws.store.Member;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/** One cluster's part of a repository. Safe for use by many threads. */
public final class ClusterRepository {
  /** Behind {@link #prefix()}: the marks of backups that expired. */
  public static final String EXPIRED = "expired/";

  private final ClusterIdentity identity;
  private final SealedObjects objects;
  private final SecureRandom random;
  private final Standing standing;

  ClusterRepository(Store store, Sealing sealing, SecureRandom random, ClusterIdentity identity) {
    this.identity = identity;
    this.objects = new SealedObjects(store, sealing, random);
    this.random = random;
    this.standing = new Standing(store);
  }

  private ClusterRepository(ClusterIdentity identity, SealedObjects objects, SecureRandom random) {
    this.identity = identity;
    this.objects = objects;
    this.random = random;
    this.standing = new Standing(objects.store());
  }

  /** What one of its stores has of it. */
  public ClusterRepository in(Member member) {
    return new ClusterRepository(identity, objects.in(member.store()), random);
  }

  /**
   * The same in another place of objects, sealed by the same key: one that is laid over this one's
   * store, or one for what is kept beside the repository.
   */
  public ClusterRepository through(Store other) {
    return new ClusterRepository(identity, objects.in(other), random);
  }

  /** Which of its stores are known to have everything. */
  public Standing standing() {
    return standing;
  }

  /** Brings its objects from one store into another. */
  public ObjectCopier copier() {
    return objects.copier();
  }

  public ClusterIdentity identity() {
    return identity;
  }

  /** The beginning of every key of this cluster, for example {@code clusters/prod/}. */
  public String prefix() {
    return Repository.CLUSTERS + identity.name() + "/";
  }

  public Store store() {
    return objects.store();
  }

  SealedObjects objects() {
    return objects;
  }

  /** Makes a small sealed object in one call. */
  public CreateOutcome put(ObjectKey key, ObjectKind kind, byte[] plain) {
    return objects.put(key, kind, plain, new byte[0]);
  }

  /** As above, with what a reader of the whole learns at its end. */
  public CreateOutcome put(ObjectKey key, ObjectKind kind, byte[] plain, byte[] trailer) {
    return objects.put(key, kind, plain, trailer);
  }

  /** Begins a sealed object of any length. */
  public SealedUpload upload(ObjectKey key, ObjectKind kind) {
    return objects.upload(key, kind);
  }

  /**
   * The whole content of a small object.
   *
   * @throws Failure OBJECT_MISSING, DAMAGED_OBJECT
   */
  public byte[] get(ObjectKey key, ObjectKind kind) {
    return objects.get(key, kind);
  }

  /** What a reader makes of each store that can be reached. */
  <T> List<T> copies(Function<SealedObjects, T> read) {
    return objects.copies(read);
  }

  /** The contents of a small object in every store that can be reached and has it. */
  List<byte[]> copies(ObjectKey key, ObjectKind kind) {
    return objects.copies(key, kind);
  }

  /**
   * The content of an object as a stream.
   *
   * @throws Failure OBJECT_MISSING, DAMAGED_OBJECT
   */
  public SealedInput open(ObjectKey key, ObjectKind kind) {
    return objects.open(key, kind);
  }

  /**
   * What the writer of an object left at its end, without reading the rest.
   *
   * @throws Failure OBJECT_MISSING, DAMAGED_OBJECT
   */
  public byte[] trailer(ObjectKey key, ObjectKind kind) {
    return objects.trailer(key, kind);
  }

  /** Visits the objects whose key behind {@link #prefix()} starts so, in the order of keys. */
  public void forEach(String relativePrefix, Consumer<ObjectInfo> visitor) {
    store().forEach(prefix() + relativePrefix, "", visitor);
  }

  /** The objects whose key behind {@link #prefix()} starts so, in the order of keys. */
  public List<ObjectInfo> list(String relativePrefix) {
    List<ObjectInfo> found = new ArrayList<>();
    forEach(relativePrefix, found::add);
    return found;
  }

  public void delete(ObjectKey key) {
    store().delete(key);
  }

  /** A key below {@link #prefix()}. */
  public ObjectKey key(String relative) {
    return ObjectKey.of(prefix() + relative);
  }

  /** Begins the packs of a backup. */
  public PackSet newPacks(BackupId backup, long packBytes) {
    return new PackSet(this, backup, packBytes);
  }

  /** What unfinished backups say of the packs they stored. */
  public BackupNotes notes() {
    return new BackupNotes(this);
  }

  /** Those packs that one of the stores that can be reached does not have whole, by their size. */
  public List<PackTable> lacking(Collection<PackTable> packs) {
    return PackPresence.lacking(store(), packs);
  }

  /** Those packs that none of the stores that can be reached has whole, by their size. */
  public List<PackTable> lost(Collection<PackTable> packs) {
    return PackPresence.lost(store(), packs);
  }

  public PackReader packReader() {
    return new PackReader(objects);
  }

  /** The object that makes a backup exist. */
  public ObjectKey manifestKey(BackupId backup) {
    return key("backups/" + backup);
  }

  /**
   * Writes the manifest: with this one object the backup begins to exist. Its packs must be
   * finished and all WAL from start to stop durable.
   */
  public void commit(ManifestHead head, List<PackTable> packs, ManifestLog log) {
    store().locks().ifPresent(locks -> new PackLocks(this, locks).extend(packs));
    try (SealedUpload upload = upload(manifestKey(head.id()), ObjectKind.MANIFEST)) {
      log.writeTo(upload, head, packs);
      if (upload.commit(new byte[0]) == CreateOutcome.EXISTS) {
        throw new Failure(
            ErrorCode.STORE_CONFLICT,
            "the repository has a backup " + head.id() + " already",
            "take the backup again");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The backups' names, oldest first, without those that expired: for everybody but a cleanup they
   * are not there.
   */
  public List<BackupId> backupIds() {
    // First: one that is swept meanwhile is then in neither listing.
    Set<BackupId> expired = expired();
    return writtenBackups().stream().filter(id -> !expired.contains(id)).toList();
  }

  /** The names of all backups that have a manifest, oldest first; those that expired, too. */
  public List<BackupId> writtenBackups() {
    List<BackupId> ids = new ArrayList<>();
    forEach("backups/", object -> ids.add(new BackupId(object.key().fileName())));
    return ids;
  }

  /**
   * Refuses a backup that expired.
   *
   * @throws Failure UNKNOWN_BACKUP, with the way back
   */
  public void demandNotExpired(BackupId backup) {
    if (expired().contains(backup)) {
      throw new Failure(
          ErrorCode.UNKNOWN_BACKUP,
          "the backup " + backup + " expired: no rule of retention keeps it",
          "while its packs are there it can be brought back: mockupaws hold add " + backup);
    }
  }

  /** The backups that a cleanup said are not kept any more. */
  public Set<BackupId> expired() {
    Set<BackupId> ids = new HashSet<>();
    forEach(EXPIRED, object -> ids.add(new BackupId(object.key().fileName())));
    return ids;
  }

  /**
   * The newest backup; of those of one second, which a backup and its consolidations are, the one
   * whose place no other has taken.
   */
  public Optional<BackupId> newestBackup() {
    List<BackupId> ids = backupIds();
    if (ids.isEmpty()) {
      return Optional.empty();
    }
    BackupId last = ids.getLast();
    List<ManifestHead> same = new ArrayList<>();
    for (BackupId id : ids) {
      if (id.isOfOneSecondWith(last)) {
        readable(id, (_, _) -> {}).ifPresent(same::add);
      }
    }
    return ManifestHead.withoutConsolidated(same).stream()
        .map(ManifestHead::id)
        .reduce((_, later) -> later)
        .or(() -> Optional.of(last));
  }

  /** The heads of all backups, oldest first. */
  public List<ManifestHead> backups() {
    return backupIds().stream().map(id -> manifest(id).head()).toList();
  }

  /**
   * The heads of the backups whose manifest can be read, oldest first: a damaged one does not stand
   * in the way of the others.
   *
   * @param damaged takes the others, with what is wrong
   */
  public List<ManifestHead> readableBackups(BiConsumer<BackupId, Failure> damaged) {
    return readable(backupIds(), damaged);
  }

  /** The heads of the named backups whose manifest can be read, in their order. */
  public List<ManifestHead> readable(List<BackupId> ids, BiConsumer<BackupId, Failure> damaged) {
    List<ManifestHead> heads = new ArrayList<>();
    for (BackupId id : ids) {
      readable(id, damaged).ifPresent(heads::add);
    }
    return heads;
  }

  private Optional<ManifestHead> readable(BackupId id, BiConsumer<BackupId, Failure> damaged) {
    try {
      return Optional.of(manifest(id).head());
    } catch (Failure e) {
      if (e.code() != ErrorCode.DAMAGED_OBJECT && e.code() != ErrorCode.OBJECT_MISSING) {
        throw e;
      }
      damaged.accept(id, e);
      return Optional.empty();
    }
  }

  public ManifestReader manifest(BackupId backup) {
    return new ManifestReader(this, backup);
  }

  /** Whether somebody holds the right to write in that role, as far as can be told from here. */
  public boolean isHeld(LeaseRole role) {
    return Lease.isHeld(this, role);
  }

  /**
   * Whether the holder of that right lives, on whatever host: it is watched for at most {@link
   * Lease#TERM}.
   */
  public boolean isRenewed(LeaseRole role) {
    return Lease.isRenewed(this, role, LeaseTimer.real());
  }

  /**
   * Which process holds the right to write in that role, for messages; empty when none does. One
   * that died on another host is named until somebody else takes it.
   */
  public Optional<String> holder(LeaseRole role) {
    return Lease.holder(this, role);
  }

  /**
   * Takes the right to write in that role.
   *
   * @param wait how long to wait for another holder to let go
   * @throws Failure LEASE_HELD
   */
  public Lease acquireLease(LeaseRole role, Duration wait) {
    return Lease.acquire(this, role, wait, random, LeaseTimer.real());
  }
}
