package io.mockupaws.engine.retention;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.engine.repository.AtOnce;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.store.Member;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.StorageClass;
import io.mockupaws.store.StorageClasses;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreException;
import io.mockupaws.store.StoredAs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Moves packs and dumps to colder classes of storage. Bytes and keys stay the same, so nothing that
 * refers to them changes; a move is made by the store at once or not at all. Nothing is moved that
 * another store still lacks, since a frozen object cannot be copied, and nothing that is frozen
 * already: who had it thawed wants to read it.
 */
final class Moves {
  /** So many go by one cleanup; the next one takes up the rest. */
  private static final int MOST = 100_000;

  /**
   * Of packs, of which there may be hundreds a day: a frozen object is billed 40 KB more than it
   * has, and its requests cost tenfold.
   */
  private static final long SMALLEST = 1 << 20;

  private final List<Store> stores;
  private final String packs;
  private final LockRules locks;
  private final Instant storesNow;

  /**
   * Moves of one cleanup.
   *
   * @param locks what is locked stays where it lies
   * @param storesNow by the clock by which the objects' times are
   */
  Moves(ClusterRepository cluster, LockRules locks, Instant storesNow) {
    List<Store> members = cluster.store().members().stream().map(Member::store).toList();
    this.stores = members.isEmpty() ? List.of(cluster.store()) : members;
    this.packs = cluster.prefix() + "packs/";
    this.locks = locks;
    this.storesNow = storesNow;
  }

  /** Whether any store wants it at all; otherwise nobody needs to know how cold what may lie. */
  boolean areWanted() {
    return moving().findAny().isPresent();
  }

  private Stream<Store> moving() {
    return stores.stream()
        .filter(store -> store.classes().filter(StorageClasses::moves).isPresent());
  }

  /**
   * What moves.
   *
   * @param coldest what needs which packs, by how cold it may lie
   * @param dumps how cold each dump may lie
   * @throws Failure that of a store
   */
  List<Move> plan(Map<StorageClass, PackReferences> coldest, Map<ObjectKey, StorageClass> dumps) {
    List<Move> moves = new ArrayList<>();
    List<PackReferences> present = stores.size() < 2 ? List.of() : present();
    moving()
        .forEach(
            store -> {
              store.forEach(
                  packs,
                  "",
                  object -> {
                    if (present.stream().allMatch(there -> there.has(object.key()))) {
                      pack(store, object, coldest, moves);
                    }
                  });
              dumps.forEach((dump, to) -> dump(store, dump, to, moves));
            });
    return moves;
  }

  /** The packs of each of several stores. */
  private List<PackReferences> present() {
    List<PackReferences> present = new ArrayList<>();
    for (Store store : stores) {
      PackReferences there = new PackReferences();
      store.forEach(packs, "", object -> there.add(object.key()));
      present.add(there);
    }
    return present;
  }

  private void pack(
      Store store, ObjectInfo object, Map<StorageClass, PackReferences> coldest, List<Move> moves) {
    if (!PackReferences.isNumbered(object.key()) || object.size() < SMALLEST) {
      return;
    }
    // The warmest that anything asks for; what nothing asks for is not worth a move.
    for (StorageClass to : StorageClass.values()) {
      PackReferences needed = coldest.get(to);
      if (needed != null && needed.has(object.key())) {
        add(moves, store, object, to);
        return;
      }
    }
  }

  private void dump(Store store, ObjectKey dump, StorageClass to, List<Move> moves) {
    if (to.isFrozen() && stores.stream().allMatch(place -> place.stat(dump).isPresent())) {
      store.stat(dump).ifPresent(object -> add(moves, store, object, to));
    }
  }

  private void add(List<Move> moves, Store store, ObjectInfo object, StorageClass to) {
    if (moves.size() == MOST || !to.isFrozen()) {
      return;
    }
    object
        .storageClass()
        .filter(from -> !from.isFrozen())
        .filter(from -> !object.modified().plus(from.minimum()).isAfter(storesNow))
        .ifPresent(
            from -> moves.add(new Move(store.address(), object.key(), object.size(), from, to)));
  }

  /**
   * Makes them. What is in the way of one of them is told, and holds nothing else up.
   *
   * @param progress hears how far it is, and may end it
   */
  Moved run(List<Move> moves, CleanupRun.Progress progress) {
    Moved moved = new Moved();
    AtomicInteger done = new AtomicInteger();
    Map<String, Store> left = new ConcurrentHashMap<>();
    moving().forEach(store -> left.put(store.address(), store));
    try {
      AtOnce.forEach(
          moves,
          () -> demand(progress.moving(done.get(), moves.size())),
          move -> {
            Store store = left.get(move.store());
            if (store != null && !make(store, move, moved)) {
              left.remove(move.store());
            }
            return move;
          },
          (some, _) -> done.addAndGet(some.size()));
    } catch (Failure e) {
      moved.failed(e.what() + " -> " + e.nextStep());
    }
    return moved;
  }

  private static void demand(boolean goOn) {
    if (!goOn) {
      throw Deletion.interrupted();
    }
  }

  /** Whether it is worth going on with this store. */
  private boolean make(Store store, Move move, Moved moved) {
    StorageClasses classes = store.classes().orElseThrow();
    try {
      Optional<StoredAs> stored = classes.storedAs(move.key());
      boolean asPlanned =
          stored.filter(now -> now.storageClass().equals(Optional.of(move.from()))).isPresent();
      if (asPlanned
          && locks.until(move.key()).isEmpty()
          && classes.move(move.key(), stored.get(), move.to())) {
        moved.one();
      }
      return true;
    } catch (StoreException e) {
      moved.failed(e.what() + " -> " + e.nextStep());
      return switch (e.code()) {
        case STORE_CLASS, STORE_DENIED, STORE_CREDENTIALS, STORE_UNREACHABLE -> false;
        default -> true;
      };
    }
  }
}
