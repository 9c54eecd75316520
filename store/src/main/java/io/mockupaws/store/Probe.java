package io.mockupaws.store;

import io.mockupaws.core.format.ObjectKey;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;

/** Tries what a store promises on one small object, which is removed again. */
final class Probe {
  private Probe() {}

  static ObjectKey newKey() {
    return ObjectKey.of("probe/" + UUID.randomUUID());
  }

  static void run(Store store) {
    ObjectKey key = newKey();
    try {
      run(store, key);
    } catch (RuntimeException e) {
      try {
        store.delete(key);
      } catch (RuntimeException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
    store.delete(key);
    demand(store, store.stat(key).isEmpty(), "an object just deleted is still there");
  }

  private static void run(Store store, ObjectKey key) {
    byte[] first = {1, 2, 3};
    byte[] second = {4, 5, 6};
    demand(store, store.create(key, first) == CreateOutcome.CREATED, "a new key counts as taken");
    demand(
        store,
        store.create(key, second) == CreateOutcome.EXISTS,
        "a second creation of one key was accepted");
    try (Upload upload = store.upload(key)) {
      upload.part(ByteBuffer.wrap(second));
      demand(
          store,
          upload.commit() == CreateOutcome.EXISTS,
          "an upload to a key that exists was accepted");
    }
    demand(
        store, Arrays.equals(store.read(key, 0, 4), first), "the bytes read are not the first's");
    demand(
        store,
        store.list(key.value(), "", 1).objects().size() == 1,
        "an object just made is not listed");
  }

  private static void demand(Store store, boolean kept, String otherwise) {
    if (!kept) {
      throw StoreFaults.overwrites(store.address(), otherwise);
    }
  }
}
