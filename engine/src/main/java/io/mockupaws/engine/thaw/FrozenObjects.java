package io.mockupaws.engine.thaw;

import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.engine.repository.AtOnce;
import io.mockupaws.store.Member;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.StorageClass;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreException;
import io.mockupaws.store.StoredAs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Finds which of the objects that are wanted no store gives at once. */
public final class FrozenObjects {
  /** A restore may take a day. */
  private static final Duration LASTS = Duration.ofDays(1);

  private static final Comparator<ObjectKey> BY_KEY = Comparator.comparing(ObjectKey::value);

  private FrozenObjects() {}

  /**
   * Those that lie frozen wherever they are, each in the store from which it is had soonest. What
   * is nowhere is not among them: it is missing, which whoever reads it is told. A thawed copy that
   * ends soon does not count.
   *
   * @param now by which copies end
   * @throws StoreException that of the only store, or of all
   */
  public static List<Frozen> among(Store store, Collection<ObjectKey> wanted, Instant now) {
    List<Store> places = places(store);
    if (places.stream().allMatch(place -> place.classes().isEmpty())) {
      return List.of();
    }
    Set<ObjectKey> left = new TreeSet<>(BY_KEY);
    left.addAll(wanted);
    Map<ObjectKey, Frozen> frozen = new TreeMap<>(BY_KEY);
    Optional<StoreException> failed = Optional.empty();
    int asked = 0;
    for (Store place : places) {
      try {
        look(place, left, frozen, now.plus(LASTS));
        asked++;
      } catch (StoreException e) {
        failed = Optional.of(e);
      }
    }
    if (asked == 0) {
      throw failed.orElseThrow();
    }
    return List.copyOf(frozen.values());
  }

  private static List<Store> places(Store store) {
    List<Store> members =
        store.members().stream()
            .filter(member -> member.away().isEmpty())
            .map(Member::store)
            .toList();
    return members.isEmpty() ? List.of(store) : members;
  }

  /** Takes from what is left what can be read here, and notes what is frozen here. */
  private static void look(
      Store place, Set<ObjectKey> left, Map<ObjectKey, Frozen> frozen, Instant until) {
    Set<String> folders = new TreeSet<>();
    left.forEach(key -> folders.add(folder(key)));
    Set<ObjectKey> readable = new HashSet<>();
    List<ObjectInfo> cold = new ArrayList<>();
    for (String folder : folders) {
      place.forEach(
          folder,
          "",
          object -> {
            if (left.contains(object.key())) {
              if (object.storageClass().filter(StorageClass::isFrozen).isPresent()) {
                cold.add(object);
              } else {
                readable.add(object.key());
              }
            }
          });
    }
    List<Optional<StoredAs>> asked =
        AtOnce.of(cold, object -> place.classes().flatMap(known -> known.storedAs(object.key())));
    for (int i = 0; i < cold.size(); i++) {
      ObjectInfo object = cold.get(i);
      Optional<StoredAs> frozenHere = asked.get(i).filter(stored -> needsThawing(stored, until));
      if (frozenHere.isPresent()) {
        frozen.merge(object.key(), frozen(place, object, frozenHere.get()), FrozenObjects::sooner);
      } else {
        readable.add(object.key());
      }
    }
    left.removeAll(readable);
    frozen.keySet().removeAll(readable);
  }

  private static boolean needsThawing(StoredAs stored, Instant until) {
    return stored.isFrozen() || stored.thawedUntil().filter(until::isAfter).isPresent();
  }

  private static Frozen sooner(Frozen one, Frozen other) {
    if (one.thawing() != other.thawing()) {
      return one.thawing() ? one : other;
    }
    return one.storageClass().compareTo(other.storageClass()) <= 0 ? one : other;
  }

  private static Frozen frozen(Store place, ObjectInfo object, StoredAs stored) {
    return new Frozen(
        place,
        object.key(),
        object.size(),
        stored.storageClass().orElse(StorageClass.GLACIER),
        stored.thawing());
  }

  private static String folder(ObjectKey key) {
    return key.value().substring(0, key.value().lastIndexOf('/') + 1);
  }
}
