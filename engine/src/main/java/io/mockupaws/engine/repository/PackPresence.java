package io.mockupaws.engine.repository;

import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.store.Member;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Looks by listings whether packs are there, whole by their size. */
final class PackPresence {
  private final Collection<PackTable> packs;

  /** Of each store that answered, what it does not have whole. */
  private final List<Set<ObjectKey>> lacking = new ArrayList<>();

  private PackPresence(Collection<PackTable> packs) {
    this.packs = packs;
  }

  /** Those that one of the stores that can be reached does not have whole. */
  static List<PackTable> lacking(Store store, Collection<PackTable> packs) {
    PackPresence presence = of(store, packs);
    return presence.those(key -> presence.lacking.stream().anyMatch(one -> one.contains(key)));
  }

  /** Those that none of the stores that can be reached has whole. */
  static List<PackTable> lost(Store store, Collection<PackTable> packs) {
    PackPresence presence = of(store, packs);
    boolean answered = !presence.lacking.isEmpty();
    return presence.those(
        key -> answered && presence.lacking.stream().allMatch(one -> one.contains(key)));
  }

  private static PackPresence of(Store store, Collection<PackTable> packs) {
    PackPresence presence = new PackPresence(packs);
    if (store.members().isEmpty()) {
      presence.look(store);
    }
    for (Member member : store.members()) {
      if (member.away().isEmpty()) {
        try {
          member.ask(
              one -> {
                presence.look(one);
                return true;
              });
        } catch (StoreException e) {
          // It is away from now on: it is behind, and caught up with all of these packs.
        }
      }
    }
    return presence;
  }

  private List<PackTable> those(Predicate<ObjectKey> wanted) {
    return packs.stream().filter(pack -> wanted.test(pack.key())).toList();
  }

  private void look(Store store) {
    Map<ObjectKey, Long> sizes = new HashMap<>();
    for (String folder : folders()) {
      store.forEach(folder, "", object -> sizes.put(object.key(), object.size()));
    }
    Set<ObjectKey> without = new HashSet<>();
    for (PackTable pack : packs) {
      if (sizes.getOrDefault(pack.key(), -1L) != pack.size()) {
        without.add(pack.key());
      }
    }
    lacking.add(without);
  }

  private Set<String> folders() {
    Set<String> folders = new TreeSet<>();
    for (PackTable pack : packs) {
      String key = pack.key().value();
      folders.add(key.substring(0, key.lastIndexOf('/') + 1));
    }
    return folders;
  }
}
