package io.mockupaws.engine.verify;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.ListPage;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A copy of a repository in memory in which one object is not as it was. */
final class Damaged {
  /** The ways in which an object goes bad. */
  enum Way {
    MISSING,
    TRUNCATED,
    FLIPPED,
    /** Another whole object of the same kind stands in its place. */
    REPLACED
  }

  private Damaged() {}

  /** The keys below a prefix. */
  static List<String> keys(Store store, String prefix) {
    List<String> keys = new ArrayList<>();
    String after = "";
    while (true) {
      ListPage page = store.list(prefix, after, 1000);
      page.objects().forEach(object -> keys.add(object.key().value()));
      if (!page.more()) {
        return keys;
      }
      after = page.objects().getLast().key().value();
    }
  }

  static Repository open(Store store) {
    return Repository.open(store, Optional.of(Secret.of(MadeBackups.KEY)), new SecureRandom());
  }

  /**
   * The copy.
   *
   * @param other the key of the object that takes its place
   */
  static Store copy(Store store, String key, Way way, String other) {
    Store copy = Stores.inMemory();
    for (String each : keys(store, "")) {
      if (!each.equals(key)) {
        copy.create(ObjectKey.of(each), bytes(store, each));
      }
    }
    byte[] good = bytes(store, key);
    switch (way) {
      case MISSING -> {}
      case TRUNCATED -> copy.create(ObjectKey.of(key), Arrays.copyOf(good, good.length / 2));
      case FLIPPED -> {
        good[good.length / 2] ^= 1;
        copy.create(ObjectKey.of(key), good);
      }
      case REPLACED -> copy.create(ObjectKey.of(key), bytes(store, other));
    }
    return copy;
  }

  static byte[] bytes(Store store, String key) {
    ObjectInfo info = store.stat(ObjectKey.of(key)).orElseThrow();
    return store.read(info.key(), 0, (int) info.size());
  }
}
