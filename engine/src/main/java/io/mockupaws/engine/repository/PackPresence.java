package io.mockupaws.engine.repository;

import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.store.Member;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Looks by listings whether packs are there, whole by their size, wherever they must be. */
final class PackPresence {
  private final Collection<PackTable> packs;
  private final Set<ObjectKey> lacking = new HashSet<>();

  private PackPresence(Collection<PackTable> packs) {
    this.packs = packs;
  }

  /** Those that one of the stores that can be reached does not have whole. */
  static List<PackTable> lacking(Store store, Collection<PackTable> packs) {
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
    return packs.stream().filter(pack -> presence.lacking.contains(pack.key())).toList();
  }

  private void look(Store store) {
    Map<ObjectKey, Long> sizes = new HashMap<>();
    for (String folder : folders()) {
      store.forEach(folder, "", object -> sizes.put(object.key(), object.size()));
    }
    for (PackTable pack : packs) {
      if (sizes.getOrDefault(pack.key(), -1L) != pack.size()) {
        lacking.add(pack.key());
      }
    }
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
