package io.mockupaws.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Two places seen as one are a store, and the lower one is only read. */
final class OverlayStoreTest extends StoreContract {
  private final Store base = Stores.inMemory(4096);

  @Override
  protected Store open() {
    return new OverlayStore(base, Stores.inMemory(4096));
  }

  @Override
  public boolean leavesLeftovers() {
    return false;
  }

  private static ObjectKey key(int number) {
    return ObjectKey.of("k/%03d".formatted(number));
  }

  private List<String> visited(String after) {
    List<String> keys = new ArrayList<>();
    store().forEach("k/", after, object -> keys.add(object.key().value()));
    return keys;
  }

  @Test
  void whatIsWrittenAndRemovedShowsAndTheLowerStoreKeepsWhatItHas() {
    IntStream.range(0, 60)
        .filter(i -> i % 3 != 0)
        .forEach(i -> base.create(key(i), bytes("below")));
    List<String> before = all(base);
    IntStream.range(0, 60)
        .filter(i -> i % 3 == 0)
        .forEach(i -> store().create(key(i), bytes("own")));
    IntStream.range(10, 20).forEach(i -> store().delete(key(i)));
    store().create(key(11), bytes("again"));

    List<String> seen =
        IntStream.range(0, 60)
            .filter(i -> i < 10 || i > 19 || i == 11)
            .mapToObj(i -> key(i).value())
            .toList();
    for (int limit = 1; limit <= 61; limit++) {
      assertThat(keys("k/", limit)).as("pages of %s", limit).isEqualTo(seen);
    }
    assertThat(visited("")).isEqualTo(seen);
    assertThat(visited(key(30).value()))
        .isEqualTo(seen.subList(seen.indexOf(key(31).value()), seen.size()));
    assertThat(text(key(4))).isEqualTo("below");
    assertThat(text(key(3))).isEqualTo("own");
    assertThat(text(key(11))).isEqualTo("again");
    assertThat(store().stat(key(12))).isEmpty();
    assertThat(store().create(key(4), bytes("other"))).isEqualTo(CreateOutcome.EXISTS);
    assertThat(all(base)).isEqualTo(before);
  }

  @Test
  void forgottenItIsTheLowerStoreAgain() {
    base.create(key(1), bytes("below"));
    store().create(key(2), bytes("own"));
    store().delete(key(1));
    ((OverlayStore) store()).reset();
    assertThat(keys("k/")).containsExactly(key(1).value());
    assertThat(text(key(1))).isEqualTo("below");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  private static List<String> all(Store store) {
    return store.list("", "", 1000).objects().stream().map(object -> object.key().value()).toList();
  }
}
