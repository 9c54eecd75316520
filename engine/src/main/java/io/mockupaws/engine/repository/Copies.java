package io.mockupaws.engine.repository;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.store.Member;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Several stores may each have a copy of an object. Whether a copy is whole shows when it is
 * opened: where one is not, the others are tried.
 */
final class Copies {
  private Copies() {}

  /**
   * What a reader makes of the first whole copy.
   *
   * @throws Failure DAMAGED_OBJECT when no copy that can be reached is whole
   */
  static <T> T whole(Store store, Function<Store, T> read) {
    try {
      return read.apply(store);
    } catch (Failure e) {
      if (e.code() != ErrorCode.DAMAGED_OBJECT || store.members().isEmpty()) {
        throw e;
      }
      return another(store, read, e);
    }
  }

  /** What a reader makes of another copy than the one that was damaged. */
  static <T> T another(Store store, Function<Store, T> read, Failure damage) {
    List<String> unknown = new ArrayList<>();
    for (Member member : store.members()) {
      try {
        return member.ask(read);
      } catch (StoreException e) {
        if (e.code() != ErrorCode.OBJECT_MISSING) {
          unknown.add(member.address());
        }
      } catch (Failure e) {
        if (e.code() != ErrorCode.DAMAGED_OBJECT) {
          throw e;
        }
      }
    }
    if (unknown.isEmpty()) {
      throw damage;
    }
    throw new Failure(
        ErrorCode.DAMAGED_OBJECT,
        damage.what()
            + "; "
            + String.join(", ", unknown)
            + ", which may have a whole copy, cannot be reached",
        "try again when that store can be reached",
        damage);
  }

  /** What a reader makes of every copy that can be reached and is there. */
  static <T> List<T> all(Store store, Function<Store, T> read) {
    if (store.members().isEmpty()) {
      return List.of(read.apply(store));
    }
    List<T> copies = new ArrayList<>();
    for (Member member : store.members()) {
      if (member.away().isEmpty()) {
        try {
          copies.add(member.ask(read));
        } catch (StoreException e) {
          // It has none, or it has gone away: what the others say counts.
        }
      }
    }
    // None answered: the group asks those that are away too, or tells what is wrong.
    return copies.isEmpty() ? List.of(read.apply(store)) : copies;
  }
}
