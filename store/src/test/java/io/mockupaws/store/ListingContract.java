package io.mockupaws.store;

import static io.mockupaws.store.Contents.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.format.ObjectKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listing in the order of keys, page by page. */
interface ListingContract extends StoreUnderTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 1000})
  default void listsInPagesInTheOrderOfKeys(int limit) {
    List<String> names = awkwardNames();
    List<String> shuffled = new ArrayList<>(names);
    Collections.shuffle(shuffled, new Random(5));
    shuffled.forEach(name -> store().create(ObjectKey.of(name), bytes(name)));
    assertThat(keys("", limit)).containsExactlyElementsOf(names);
    for (String prefix :
        List.of("a", "a/", "a-", "a.", "a/b", "a/b-", "a/b/", "a/b/c", "b", "b/000", "z", "A")) {
      assertThat(keys(prefix, limit))
          .as("prefix " + prefix)
          .containsExactlyElementsOf(names.stream().filter(n -> n.startsWith(prefix)).toList());
    }
  }

  /** Names whose order differs between whole keys and folder by folder. */
  private static List<String> awkwardNames() {
    return List.of(
            "a+b",
            "a-",
            "a-b",
            "a-c/c",
            "a-c/d/e",
            "a.b",
            "a.c/c",
            "a/b+",
            "a/b-c",
            "a/b-d/d",
            "a/b.c",
            "a/b/c+",
            "a/b/c/d",
            "a/b/c-d",
            "a/b/c.d",
            "a/b/c0",
            "a/b/d",
            "a/b0",
            "a/b1/c",
            "a/bb",
            "a0",
            "a=",
            "aa/a",
            "b/0001",
            "b/0002",
            "b/0003.x",
            "b/0003/y",
            "b/0003-x/y",
            "A/a",
            "0",
            "_",
            "=x")
        .stream()
        .sorted()
        .toList();
  }

  @Test
  default void listsBehindAnyName() {
    List<String> names = awkwardNames();
    names.forEach(name -> store().create(ObjectKey.of(name), bytes(name)));
    List<String> starts = new ArrayList<>(names);
    starts.addAll(List.of("a", "a/", "a/b/", "a/b", "a/b/c/d", "a-b/", "!", "zzz", "b/0003"));
    for (String start : starts) {
      for (String prefix : List.of("", "a/", "a/b")) {
        List<String> expected =
            names.stream().filter(n -> n.startsWith(prefix) && n.compareTo(start) > 0).toList();
        ListPage page = store().list(prefix, start, 1000);
        assertThat(page.objects().stream().map(info -> info.key().value()).toList())
            .as("prefix '" + prefix + "' behind '" + start + "'")
            .containsExactlyElementsOf(expected);
        assertThat(page.more()).isFalse();
      }
    }
  }

  @Test
  default void visitsWhatPagesHold() {
    List<String> names = awkwardNames();
    names.forEach(name -> store().create(ObjectKey.of(name), bytes(name)));
    for (String start : List.of("", "a/", "a/b/c/d", "b/0003", "zzz")) {
      for (String prefix : List.of("", "a/", "a/b")) {
        List<ObjectInfo> visited = new ArrayList<>();
        store().forEach(prefix, start, visited::add);
        assertThat(visited)
            .as("prefix '" + prefix + "' behind '" + start + "'")
            .isEqualTo(store().list(prefix, start, 1000).objects());
      }
    }
  }

  @Test
  default void listsMoreThanAPage() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 1203; i++) {
      names.add("many/%02d/%06d".formatted(i % 3, i));
    }
    fill(names);
    names.sort(null);
    assertThat(keys("many/", 1000)).containsExactlyElementsOf(names);
    List<String> visited = new ArrayList<>();
    store().forEach("many/", "", object -> visited.add(object.key().value()));
    assertThat(visited).containsExactlyElementsOf(names);
    ListPage first = store().list("", "", 1000);
    assertThat(first.objects()).hasSize(1000);
    assertThat(first.more()).isTrue();
    assertThat(store().list("", names.get(202), 1000).more()).isFalse();
  }

  @Test
  default void listsWhatStatTells() {
    store().create(ObjectKey.of("one/a"), bytes("12345"));
    ObjectInfo listed = store().list("one/", "", 1).objects().getFirst();
    ObjectInfo told = store().stat(ObjectKey.of("one/a")).orElseThrow();
    assertThat(listed.key()).isEqualTo(told.key());
    assertThat(listed.size()).isEqualTo(told.size());
    assertThat(Duration.between(listed.modified(), told.modified()).abs())
        .isLessThan(Duration.ofSeconds(1));
  }

  @Test
  default void refusesLimitsOutOfRange() {
    assertThatThrownBy(() -> store().list("", "", 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store().list("", "", 1001))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
