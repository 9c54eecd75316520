package io.mockupaws.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A store and what its tests need around it. */
interface StoreUnderTest {
  /** The store under test. */
  Store store();

  /** The store as it stands a server that fails now and then under many calls. */
  default Store underUse() {
    return store();
  }

  /** Whether an upload that never ends takes space in the store. */
  default boolean leavesLeftovers() {
    return true;
  }

  /** How often a race is run: it shows a fault by chance only. */
  default int raceRounds() {
    return 40;
  }

  /** Makes many objects of one byte, the quickest way there is. */
  default void fill(List<String> names) {
    names.forEach(name -> store().create(ObjectKey.of(name), new byte[] {1}));
  }

  /** All keys with a prefix, by pages. */
  default List<String> keys(String prefix, int limit) {
    List<String> keys = new ArrayList<>();
    String last = "";
    for (boolean more = true; more; ) {
      ListPage page = store().list(prefix, last, limit);
      page.objects().forEach(info -> keys.add(info.key().value()));
      assertThat(page.objects().size()).isLessThanOrEqualTo(limit);
      more = page.more();
      if (more) {
        last = page.objects().getLast().key().value();
      }
    }
    return keys;
  }

  default List<String> keys(String prefix) {
    return keys(prefix, 1000);
  }

  default String text(ObjectKey key) {
    return text(store(), key);
  }

  default String text(Store store, ObjectKey key) {
    return new String(store.read(key, 0, 10_000), StandardCharsets.UTF_8);
  }
}
