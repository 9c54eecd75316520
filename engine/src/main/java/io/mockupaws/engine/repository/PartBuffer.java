package io.mockupaws.engine.repository;

import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.CreateOutcome;
import io.mockupaws.store.Store;
import io.mockupaws.store.Upload;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Cuts a stream of bytes into the store's parts; what fits into one part is created in one call.
 */
public final class PartBuffer implements AutoCloseable {
  private final Store store;
  private final ObjectKey key;
  private final ByteBuffer part;
  private Optional<Upload> upload = Optional.empty();

  public PartBuffer(Store store, ObjectKey key) {
    this.store = store;
    this.key = key;
    this.part = ByteBuffer.allocate(store.partSize());
  }

  /** Adds bytes; the buffer stays as it is. */
  public void append(ByteBuffer bytes) {
    ByteBuffer rest = bytes.duplicate();
    int end = rest.limit();
    while (rest.hasRemaining()) {
      if (!part.hasRemaining()) {
        sendPart();
      }
      rest.limit(Math.min(end, rest.position() + part.remaining()));
      part.put(rest);
      rest.limit(end);
    }
  }

  private void sendPart() {
    if (upload.isEmpty()) {
      upload = Optional.of(store.upload(key));
    }
    upload.get().part(part.flip());
    part.clear();
  }

  /** Makes the object visible, unless there is one. */
  public CreateOutcome commit() {
    if (upload.isEmpty()) {
      byte[] whole = new byte[part.flip().remaining()];
      part.get(whole);
      return store.create(key, whole);
    }
    if (part.position() > 0) {
      sendPart();
    }
    return upload.get().commit();
  }

  @Override
  public void close() {
    upload.ifPresent(Upload::close);
  }
}
