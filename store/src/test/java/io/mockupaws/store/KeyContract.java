package io.mockupaws.store;

import static io.mockupaws.store.Contents.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Deletion, names, and what is left. */
interface KeyContract extends StoreUnderTest {

  @Test
  default void deletes() {
    ObjectKey key = ObjectKey.of("gone/soon");
    store().create(key, bytes("first"));
    store().create(ObjectKey.of("gone/later"), bytes("other"));
    store().delete(key);
    store().delete(key);
    store().delete(ObjectKey.of("never/was"));
    assertThat(store().stat(key)).isEmpty();
    assertThat(keys("")).containsExactly("gone/later");
    assertThat(store().create(key, bytes("second"))).isEqualTo(CreateOutcome.CREATED);
    assertThat(text(key)).isEqualTo("second");
  }

  @Test
  default void foldersComeAndGoUnderUse() throws Exception {
    Store store = underUse();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> futures = new ArrayList<>();
      for (int thread = 0; thread < 6; thread++) {
        int number = thread;
        futures.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 15; i++) {
                    ObjectKey key = ObjectKey.of("busy/folder/" + number);
                    assertThat(store.create(key, bytes("x" + i))).isEqualTo(CreateOutcome.CREATED);
                    assertThat(text(store, key)).isEqualTo("x" + i);
                    store.delete(key);
                  }
                }));
      }
      for (Future<?> future : futures) {
        future.get();
      }
    }
    assertThat(keys("")).isEmpty();
  }

  @Test
  default void takesEveryLegalKey() {
    List<String> names =
        List.of(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            "abcdefghijklmnopqrstuvwxyz",
            "0123456789",
            "_+=-._+=-",
            "-leading/+plus/=equals/_underscore",
            "clusters/prod/backups/20260407T120000Z-full-1a2b",
            "x/" + "n".repeat(200),
            "p/" + "abcdefg/".repeat(85) + "end");
    names.forEach(name -> store().create(ObjectKey.of(name), bytes(name)));
    for (String name : names) {
      assertThat(text(ObjectKey.of(name))).isEqualTo(name);
    }
    assertThat(keys("")).containsExactlyElementsOf(names.stream().sorted().toList());
  }

  @Test
  default void keepsItsPromisesInAProbe() {
    store().probe();
    assertThat(keys("")).isEmpty();
  }

  @Test
  default void hasAddressAndPartSize() {
    assertThat(store().address()).isNotBlank();
    assertThat(store().partSize()).isPositive();
  }
}
