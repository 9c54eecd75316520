package io.mockupaws.store;

import io.mockupaws.core.format.ObjectKey;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * An upload whose parts and commit are made again. A commit whose answer was lost finds its own
 * object: it is recognized by its size and its first bytes, which hold every object's random salt.
 */
final class RetryingUpload implements Upload {
  private static final int HEAD = 4096;

  private final RetryingStore store;
  private final ObjectKey key;
  private final Upload upload;
  private final Retry retry;
  private final ByteBuffer head = ByteBuffer.allocate(HEAD);
  private long size;
  private boolean tried;
  private Optional<CreateOutcome> answer = Optional.empty();
  private boolean answerWasLost;
  private boolean ended;

  RetryingUpload(RetryingStore store, ObjectKey key, Upload upload, Retry retry) {
    this.store = store;
    this.key = key;
    this.upload = upload;
    this.retry = retry;
  }

  @Override
  public void part(ByteBuffer bytes) {
    demandOpen();
    retry.run(() -> upload.part(bytes));
    size += bytes.remaining();
    head.put(bytes.slice(bytes.position(), Math.min(head.remaining(), bytes.remaining())));
  }

  @Override
  public CreateOutcome commit() {
    demandOpen();
    if (answer.isEmpty()) {
      answer =
          Optional.of(
              retry.call(
                  _ -> {
                    answerWasLost |= tried;
                    tried = true;
                    return upload.commit();
                  }));
    }
    boolean ours = answer.get() == CreateOutcome.EXISTS && answerWasLost && isOurs();
    ended = true;
    return ours ? CreateOutcome.CREATED : answer.get();
  }

  private void demandOpen() {
    if (ended) {
      throw new IllegalStateException("the upload has ended");
    }
  }

  private boolean isOurs() {
    Optional<ObjectInfo> info = store.stat(key);
    byte[] first = Arrays.copyOf(head.array(), head.position());
    return info.isPresent()
        && info.get().size() == size
        && Arrays.equals(store.read(key, 0, first.length), first);
  }

  @Override
  public void close() {
    ended = true;
    retry.run(upload::close);
  }
}
