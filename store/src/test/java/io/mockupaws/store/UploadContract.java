package io.mockupaws.store;

import static io.mockupaws.store.Contents.all;
import static io.mockupaws.store.Contents.bytes;
import static io.mockupaws.store.Contents.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.format.ObjectKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects of unknown length, made by parts. */
interface UploadContract extends StoreUnderTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  default void uploadsWholeParts(int parts) throws IOException {
    uploadAndCompare(parts, 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  default void uploadsWholePartsAndRest(int parts) throws IOException {
    uploadAndCompare(parts, 12_347);
  }

  private void uploadAndCompare(int parts, int rest) throws IOException {
    ObjectKey key = ObjectKey.of("uploads/of-" + parts + "+" + rest);
    byte[] content = random(parts * store().partSize() + rest, parts);
    try (Upload upload = store().upload(key)) {
      write(upload, content);
      assertThat(store().stat(key)).isEmpty();
      assertThat(upload.commit()).isEqualTo(CreateOutcome.CREATED);
    }
    assertThat(store().stat(key).orElseThrow().size()).isEqualTo(content.length);
    assertThat(Arrays.equals(all(store().read(key, 0)), content)).isTrue();
    assertThat(keys("")).containsExactly(key.value());
  }

  /** Gives every part in one buffer that is overwritten after each call. */
  private void write(Upload upload, byte[] content) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(store().partSize() + 7);
    for (int at = 0; at < content.length; at += store().partSize()) {
      int length = Math.min(store().partSize(), content.length - at);
      buffer.clear().position(3);
      buffer.put(content, at, length).limit(3 + length).position(3);
      upload.part(buffer);
      assertThat(buffer.position()).isEqualTo(3);
      assertThat(buffer.remaining()).isEqualTo(length);
      buffer.clear();
      while (buffer.hasRemaining()) {
        buffer.put((byte) 0xEE);
      }
    }
  }

  @Test
  default void keepsNoCallersArray() {
    ObjectKey created = ObjectKey.of("buffers/created");
    ObjectKey uploaded = ObjectKey.of("buffers/uploaded");
    byte[] content = bytes("the bytes meant");
    store().create(created, content);
    try (Upload upload = store().upload(uploaded)) {
      upload.part(ByteBuffer.wrap(content));
      Arrays.fill(content, (byte) '#');
      upload.commit();
    }
    assertThat(text(created)).isEqualTo("the bytes meant");
    assertThat(text(uploaded)).isEqualTo("the bytes meant");
    byte[] read = store().read(created, 0, 100);
    Arrays.fill(read, (byte) '#');
    assertThat(text(created)).isEqualTo("the bytes meant");
  }

  @Test
  default void acceptsReadOnlyAndEmptyParts() {
    ObjectKey key = ObjectKey.of("readonly");
    try (Upload upload = store().upload(key)) {
      upload.part(ByteBuffer.allocate(0));
      upload.part(ByteBuffer.wrap(bytes("content")).asReadOnlyBuffer());
      upload.part(ByteBuffer.allocate(0));
      assertThat(upload.commit()).isEqualTo(CreateOutcome.CREATED);
    }
    assertThat(text(key)).isEqualTo("content");
  }

  @Test
  default void uploadToTakenKeyChangesNothing() {
    ObjectKey key = ObjectKey.of("taken");
    store().create(key, bytes("first"));
    for (int size : new int[] {0, 10, store().partSize(), store().partSize() + 1}) {
      try (Upload upload = store().upload(key)) {
        write(upload, random(size, 1));
        assertThat(upload.commit()).isEqualTo(CreateOutcome.EXISTS);
      }
    }
    assertThat(text(key)).isEqualTo("first");
    assertThat(keys("")).containsExactly("taken");
  }

  @Test
  default void abortedUploadLeavesNothing() {
    ObjectKey key = ObjectKey.of("aborted/object");
    for (int size : new int[] {0, 10, store().partSize(), store().partSize() + 1}) {
      try (Upload upload = store().upload(key)) {
        write(upload, random(size, 1));
      }
      assertThat(store().stat(key)).isEmpty();
      assertThat(keys("")).isEmpty();
    }
    assertThat(store().create(key, bytes("x"))).isEqualTo(CreateOutcome.CREATED);
    assertThat(store().removeLeftovers(Instant.now().plus(Duration.ofDays(2)))).isZero();
  }

  @Test
  default void leftoversAreInvisibleAndRemoved() {
    ObjectKey key = ObjectKey.of("killed");
    Upload abandoned = store().upload(key);
    write(abandoned, random(store().partSize() + 1, 1));
    assertThat(store().stat(key)).isEmpty();
    assertThat(keys("")).isEmpty();
    assertThat(store().removeLeftovers(Instant.now().minus(Duration.ofDays(1)))).isZero();
    assertThat(store().removeLeftovers(Instant.now().plus(Duration.ofDays(2))))
        .isEqualTo(leavesLeftovers() ? 1 : 0);
    assertThat(store().removeLeftovers(Instant.now().plus(Duration.ofDays(2)))).isZero();
  }

  @Test
  default void refusesPartsOutOfOrder() {
    try (Upload upload = store().upload(ObjectKey.of("order"))) {
      assertThatThrownBy(() -> upload.part(ByteBuffer.allocate(store().partSize() + 1)))
          .isInstanceOf(IllegalArgumentException.class);
      upload.part(ByteBuffer.allocate(1));
      assertThatThrownBy(() -> upload.part(ByteBuffer.allocate(1)))
          .isInstanceOf(IllegalStateException.class);
      assertThat(upload.commit()).isEqualTo(CreateOutcome.CREATED);
      assertThatThrownBy(upload::commit).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> upload.part(ByteBuffer.allocate(1)))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  default void readerNeverSeesPartOfAnObject() throws Exception {
    ObjectKey key = ObjectKey.of("slow/object");
    byte[] content = random(2 * store().partSize() + 99, 7);
    CountDownLatch done = new CountDownLatch(1);
    AtomicReference<String> wrong = new AtomicReference<>("");
    Thread reader = Thread.ofVirtual().unstarted(() -> poll(key, content.length, done, wrong));
    reader.start();
    try (Upload upload = store().upload(key)) {
      write(upload, content);
      assertThat(upload.commit()).isEqualTo(CreateOutcome.CREATED);
    }
    assertThat(store().stat(key)).isPresent();
    done.countDown();
    reader.join();
    assertThat(wrong.get()).isEmpty();
  }

  private void poll(ObjectKey key, long size, CountDownLatch done, AtomicReference<String> wrong) {
    boolean seen = false;
    while (done.getCount() > 0 && wrong.get().isEmpty()) {
      long listed =
          store().list("slow/", "", 10).objects().stream()
              .filter(info -> info.key().equals(key))
              .mapToLong(ObjectInfo::size)
              .sum();
      long told = store().stat(key).map(ObjectInfo::size).orElse(0L);
      long last = told == 0 ? 0 : store().read(key, size - 1, 10).length;
      boolean whole = (told == 0 || told == size) && (listed == 0 || listed == size);
      boolean vanished = seen && (told == 0 || listed == 0);
      if (!whole || vanished || (told > 0 && last != 1)) {
        wrong.set("listed " + listed + ", told " + told + ", seen before: " + seen);
      }
      seen |= told > 0;
    }
  }
}
