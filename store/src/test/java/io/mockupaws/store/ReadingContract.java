package io.mockupaws.store;

import static io.mockupaws.store.Contents.all;
import static io.mockupaws.store.Contents.bytes;
import static io.mockupaws.store.Contents.fails;
import static io.mockupaws.store.Contents.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.format.ObjectKey;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Objects are read whole, in ranges, and not at all when they are missing. */
interface ReadingContract extends StoreUnderTest {

  @Test
  default void readsRanges() throws IOException {
    ObjectKey key = ObjectKey.of("ranges");
    byte[] content = random(100_000, 3);
    store().create(key, content);
    int[][] ranges = {
      {0, 1}, {0, 100_000}, {1, 99_998}, {99_999, 1}, {50_000, 0}, {0, 0}, {65_535, 2}
    };
    for (int[] range : ranges) {
      assertThat(store().read(key, range[0], range[1]))
          .isEqualTo(Arrays.copyOfRange(content, range[0], range[0] + range[1]));
    }
    for (int from : new int[] {0, 1, 65_536, 99_999}) {
      assertThat(all(store().read(key, from)))
          .isEqualTo(Arrays.copyOfRange(content, from, content.length));
    }
  }

  @Test
  default void readsUpToTheEndOnly() throws IOException {
    ObjectKey key = ObjectKey.of("ends");
    store().create(key, bytes("0123456789"));
    assertThat(store().read(key, 8, 100)).isEqualTo(bytes("89"));
    assertThat(store().read(key, 0, Integer.MAX_VALUE)).isEqualTo(bytes("0123456789"));
    assertThat(store().read(key, 10, 5)).isEmpty();
    assertThat(store().read(key, 11, 5)).isEmpty();
    assertThat(store().read(key, 1L << 40, 5)).isEmpty();
    assertThat(all(store().read(key, 10))).isEmpty();
    assertThat(all(store().read(key, 1L << 40))).isEmpty();
    assertThatThrownBy(() -> store().read(key, -1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store().read(key, -1, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store().read(key, 0, -1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  default void streamMayBeClosedBeforeItsEnd() throws IOException {
    ObjectKey key = ObjectKey.of("left");
    byte[] content = random(3_000_000, 4);
    store().create(key, content);
    for (int i = 0; i < 20; i++) {
      try (InputStream in = store().read(key, i)) {
        assertThat(in.readNBytes(1000)).isEqualTo(Arrays.copyOfRange(content, i, i + 1000));
      }
    }
    try (InputStream in = store().read(key, 0)) {
      in.skipNBytes(2_999_990);
      assertThat(in.readAllBytes())
          .isEqualTo(Arrays.copyOfRange(content, 2_999_990, content.length));
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  default void missingObjectHasItsCode() {
    ObjectKey key = ObjectKey.of("not/there");
    assertThat(store().stat(key)).isEmpty();
    fails(ErrorCode.OBJECT_MISSING, () -> store().read(key, 0, 10));
    fails(ErrorCode.OBJECT_MISSING, () -> store().read(key, 0, 0));
    fails(ErrorCode.OBJECT_MISSING, () -> store().read(key, 100, 1));
    fails(ErrorCode.OBJECT_MISSING, () -> store().read(key, 0).close());
    // A folder of keys is no object.
    store().create(ObjectKey.of("not/there/but/here"), bytes("x"));
    assertThat(store().stat(key)).isEmpty();
    fails(ErrorCode.OBJECT_MISSING, () -> store().read(key, 0, 10));
    fails(ErrorCode.OBJECT_MISSING, () -> store().read(key, 0).close());
    store().delete(key);
    assertThat(keys("")).containsExactly("not/there/but/here");
  }

  @Test
  default void belowAnObjectThereIsNothing() {
    store().create(ObjectKey.of("an/object"), bytes("x"));
    ObjectKey below = ObjectKey.of("an/object/below/it");
    assertThat(store().stat(below)).isEmpty();
    fails(ErrorCode.OBJECT_MISSING, () -> store().read(below, 0, 10));
    assertThat(keys("an/object/")).isEmpty();
    assertThat(keys("")).containsExactly("an/object");
  }
}
